CREATE TABLE "chat_lines" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text,
	"user_id" text NOT NULL,
	"key" text NOT NULL,
	"role" text NOT NULL,
	"text" text NOT NULL,
	"color" text NOT NULL,
	"place" text NOT NULL,
	"reply_to_id" text,
	"mentions" text[] NOT NULL,
	"said_at" timestamp(3) with time zone NOT NULL,
	"seen_at" timestamp(3) with time zone,
	"seen_error_ms" integer,
	"edited_at" timestamp(3) with time zone,
	"state" text NOT NULL,
	"hold_cause" text,
	"is_shadow" boolean NOT NULL,
	"hidden_by" text,
	CONSTRAINT "chat_lines_text_length" CHECK (char_length("chat_lines"."text") between 1 and 600),
	CONSTRAINT "chat_lines_state_kind" CHECK ("chat_lines"."state" in ('shown', 'held', 'rejected', 'deleted')),
	CONSTRAINT "chat_lines_seen_has_error" CHECK (("chat_lines"."seen_at" is null) = ("chat_lines"."seen_error_ms" is null))
);
--> statement-breakpoint
CREATE TABLE "follows" (
	"channel_id" text NOT NULL,
	"user_id" text NOT NULL,
	"followed_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "follows_channel_id_user_id_pk" PRIMARY KEY("channel_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "moderation_log" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"act" text NOT NULL,
	"actor_user_id" text NOT NULL,
	"target_user_id" text,
	"detail" text NOT NULL,
	"at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "moderators" (
	"channel_id" text NOT NULL,
	"user_id" text NOT NULL,
	"named_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "moderators_channel_id_user_id_pk" PRIMARY KEY("channel_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "pinned_lines" (
	"channel_id" text PRIMARY KEY NOT NULL,
	"line_id" text NOT NULL,
	CONSTRAINT "pinned_lines_line" UNIQUE("line_id")
);
--> statement-breakpoint
CREATE TABLE "poll_votes" (
	"poll_id" text NOT NULL,
	"user_id" text NOT NULL,
	"option" smallint NOT NULL,
	"voted_at" timestamp(3) with time zone NOT NULL,
	"seen_at" timestamp(3) with time zone,
	"seen_error_ms" integer,
	CONSTRAINT "poll_votes_poll_id_user_id_pk" PRIMARY KEY("poll_id","user_id"),
	CONSTRAINT "poll_votes_option" CHECK ("poll_votes"."option" between 0 and 9)
);
--> statement-breakpoint
CREATE TABLE "polls" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text,
	"question" text NOT NULL,
	"options" text[] NOT NULL,
	"opened_at" timestamp(3) with time zone NOT NULL,
	"opened_frame_at" timestamp(3) with time zone,
	"closed_at" timestamp(3) with time zone,
	"closed_frame_at" timestamp(3) with time zone,
	CONSTRAINT "polls_question_length" CHECK (char_length("polls"."question") between 1 and 280),
	CONSTRAINT "polls_options_count" CHECK (cardinality("polls"."options") between 2 and 10)
);
--> statement-breakpoint
CREATE TABLE "question_votes" (
	"question_id" text NOT NULL,
	"user_id" text NOT NULL,
	"seen_at" timestamp(3) with time zone,
	"seen_error_ms" integer,
	CONSTRAINT "question_votes_question_id_user_id_pk" PRIMARY KEY("question_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "questions" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text,
	"user_id" text NOT NULL,
	"key" text NOT NULL,
	"role" text NOT NULL,
	"text" text NOT NULL,
	"asked_at" timestamp(3) with time zone NOT NULL,
	"seen_at" timestamp(3) with time zone,
	"seen_error_ms" integer,
	"state" text NOT NULL,
	"answer" text,
	"answer_seen_at" timestamp(3) with time zone,
	"answer_seen_error_ms" integer,
	CONSTRAINT "questions_text_length" CHECK (char_length("questions"."text") between 1 and 560),
	CONSTRAINT "questions_answer_length" CHECK (char_length("questions"."answer") between 1 and 1000),
	CONSTRAINT "questions_state_kind" CHECK ("questions"."state" in ('open', 'answered', 'removed'))
);
--> statement-breakpoint
CREATE TABLE "reaction_counts" (
	"broadcast_id" text NOT NULL,
	"second" integer NOT NULL,
	"reaction" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "reaction_counts_broadcast_id_second_reaction_pk" PRIMARY KEY("broadcast_id","second","reaction"),
	CONSTRAINT "reaction_counts_positive" CHECK ("reaction_counts"."second" >= 0 and "reaction_counts"."count" > 0)
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"line_id" text NOT NULL,
	"filed_by" text NOT NULL,
	"reason" text NOT NULL,
	"note" text NOT NULL,
	"filed_at" timestamp(3) with time zone NOT NULL,
	"decided_at" timestamp(3) with time zone,
	"is_upheld" boolean
);
--> statement-breakpoint
CREATE TABLE "room_rules" (
	"channel_id" text PRIMARY KEY NOT NULL,
	"rules" jsonb NOT NULL,
	"rules_before_shield" jsonb,
	"blocked_words" text[] NOT NULL,
	"held_words" text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sanctions" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"reason" text NOT NULL,
	"given_by" text NOT NULL,
	"given_at" timestamp(3) with time zone NOT NULL,
	"until" timestamp(3) with time zone,
	"lifted_at" timestamp(3) with time zone,
	CONSTRAINT "sanctions_kind_kind" CHECK ("sanctions"."kind" in ('time_out', 'ban', 'shadow_ban')),
	CONSTRAINT "sanctions_time_out_ends" CHECK ("sanctions"."kind" <> 'time_out' or "sanctions"."until" is not null)
);
--> statement-breakpoint
ALTER TABLE "chat_lines" ADD CONSTRAINT "chat_lines_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_lines" ADD CONSTRAINT "chat_lines_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_lines" ADD CONSTRAINT "chat_lines_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "moderation_log" ADD CONSTRAINT "moderation_log_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "moderation_log" ADD CONSTRAINT "moderation_log_actor_user_id_users_id_fk" FOREIGN KEY ("actor_user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "moderation_log" ADD CONSTRAINT "moderation_log_target_user_id_users_id_fk" FOREIGN KEY ("target_user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "moderators" ADD CONSTRAINT "moderators_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "moderators" ADD CONSTRAINT "moderators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pinned_lines" ADD CONSTRAINT "pinned_lines_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pinned_lines" ADD CONSTRAINT "pinned_lines_line_id_chat_lines_id_fk" FOREIGN KEY ("line_id") REFERENCES "public"."chat_lines"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "poll_votes" ADD CONSTRAINT "poll_votes_poll_id_polls_id_fk" FOREIGN KEY ("poll_id") REFERENCES "public"."polls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "poll_votes" ADD CONSTRAINT "poll_votes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "polls" ADD CONSTRAINT "polls_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "polls" ADD CONSTRAINT "polls_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_votes" ADD CONSTRAINT "question_votes_question_id_questions_id_fk" FOREIGN KEY ("question_id") REFERENCES "public"."questions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_votes" ADD CONSTRAINT "question_votes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reaction_counts" ADD CONSTRAINT "reaction_counts_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_line_id_chat_lines_id_fk" FOREIGN KEY ("line_id") REFERENCES "public"."chat_lines"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_filed_by_users_id_fk" FOREIGN KEY ("filed_by") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_rules" ADD CONSTRAINT "room_rules_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_given_by_users_id_fk" FOREIGN KEY ("given_by") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "chat_lines_key" ON "chat_lines" USING btree ("channel_id","user_id","key");--> statement-breakpoint
CREATE INDEX "chat_lines_channel" ON "chat_lines" USING btree ("channel_id","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "chat_lines_user" ON "chat_lines" USING btree ("user_id","channel_id");--> statement-breakpoint
CREATE INDEX "chat_lines_broadcast" ON "chat_lines" USING btree ("broadcast_id","seen_at");--> statement-breakpoint
CREATE INDEX "chat_lines_held" ON "chat_lines" USING btree ("channel_id","id") WHERE "chat_lines"."state" = 'held';--> statement-breakpoint
CREATE INDEX "follows_user" ON "follows" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "moderation_log_channel" ON "moderation_log" USING btree ("channel_id","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "moderation_log_actor" ON "moderation_log" USING btree ("actor_user_id");--> statement-breakpoint
CREATE INDEX "moderation_log_target" ON "moderation_log" USING btree ("target_user_id");--> statement-breakpoint
CREATE INDEX "moderators_user" ON "moderators" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "poll_votes_user" ON "poll_votes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "polls_channel" ON "polls" USING btree ("channel_id","opened_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "polls_broadcast" ON "polls" USING btree ("broadcast_id");--> statement-breakpoint
CREATE UNIQUE INDEX "polls_one_open" ON "polls" USING btree ("channel_id") WHERE "polls"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "question_votes_user" ON "question_votes" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "questions_key" ON "questions" USING btree ("channel_id","user_id","key");--> statement-breakpoint
CREATE INDEX "questions_user" ON "questions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "questions_broadcast" ON "questions" USING btree ("broadcast_id");--> statement-breakpoint
CREATE INDEX "questions_channel" ON "questions" USING btree ("channel_id","asked_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "reports_once" ON "reports" USING btree ("line_id","filed_by");--> statement-breakpoint
CREATE INDEX "reports_filed_by" ON "reports" USING btree ("filed_by");--> statement-breakpoint
CREATE INDEX "reports_open" ON "reports" USING btree ("channel_id","filed_at") WHERE "reports"."decided_at" is null;--> statement-breakpoint
CREATE INDEX "sanctions_user" ON "sanctions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sanctions_given_by" ON "sanctions" USING btree ("given_by");--> statement-breakpoint
CREATE UNIQUE INDEX "sanctions_one_in_force" ON "sanctions" USING btree ("channel_id","user_id") WHERE "sanctions"."lifted_at" is null;