CREATE TABLE "broadcast_totals" (
	"broadcast_id" text PRIMARY KEY NOT NULL,
	"sessions" integer DEFAULT 0 NOT NULL,
	"people" integer DEFAULT 0 NOT NULL,
	"guests" integer DEFAULT 0 NOT NULL,
	"new_people" integer DEFAULT 0 NOT NULL,
	"played_ms" bigint DEFAULT 0 NOT NULL,
	"lines" integer DEFAULT 0 NOT NULL,
	"reactions" integer DEFAULT 0 NOT NULL,
	"gifts" integer DEFAULT 0 NOT NULL,
	"coins" bigint DEFAULT 0 NOT NULL,
	"follows" integer DEFAULT 0 NOT NULL,
	"chatters" integer DEFAULT 0 NOT NULL,
	"givers" integer DEFAULT 0 NOT NULL,
	"latency_p50_ms" integer,
	"latency_p95_ms" integer,
	"freezes" integer DEFAULT 0 NOT NULL,
	"effect" double precision,
	"effect_low" double precision,
	"effect_high" double precision
);
--> statement-breakpoint
CREATE TABLE "channel_days" (
	"channel_id" text NOT NULL,
	"day" date NOT NULL,
	"live_ms" bigint DEFAULT 0 NOT NULL,
	"viewer_ms" bigint DEFAULT 0 NOT NULL,
	"sessions" integer DEFAULT 0 NOT NULL,
	"new_people" integer DEFAULT 0 NOT NULL,
	"lines" integer DEFAULT 0 NOT NULL,
	"reactions" integer DEFAULT 0 NOT NULL,
	"gifts" integer DEFAULT 0 NOT NULL,
	"coins" bigint DEFAULT 0 NOT NULL,
	"follows" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "channel_days_channel_id_day_pk" PRIMARY KEY("channel_id","day")
);
--> statement-breakpoint
CREATE TABLE "hidden_channels" (
	"user_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"hidden_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "hidden_channels_user_id_channel_id_pk" PRIMARY KEY("user_id","channel_id")
);
--> statement-breakpoint
CREATE TABLE "impression_counts" (
	"channel_id" text NOT NULL,
	"day" date NOT NULL,
	"place" text NOT NULL,
	"shown" integer DEFAULT 0 NOT NULL,
	"opened" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "impression_counts_channel_id_day_place_pk" PRIMARY KEY("channel_id","day","place")
);
--> statement-breakpoint
CREATE TABLE "impressions" (
	"user_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text NOT NULL,
	"place" text NOT NULL,
	"position" smallint NOT NULL,
	"why" text NOT NULL,
	"shown_at" timestamp(3) with time zone NOT NULL,
	"opened_at" timestamp(3) with time zone,
	CONSTRAINT "impressions_user_id_broadcast_id_place_pk" PRIMARY KEY("user_id","broadcast_id","place"),
	CONSTRAINT "impressions_position" CHECK ("impressions"."position" >= 0)
);
--> statement-breakpoint
CREATE TABLE "minute_counts" (
	"broadcast_id" text NOT NULL,
	"minute" integer NOT NULL,
	"viewer_ms" bigint DEFAULT 0 NOT NULL,
	"viewers_max" integer DEFAULT 0 NOT NULL,
	"came" integer DEFAULT 0 NOT NULL,
	"went" integer DEFAULT 0 NOT NULL,
	"lines" integer DEFAULT 0 NOT NULL,
	"reactions" integer DEFAULT 0 NOT NULL,
	"gifts" integer DEFAULT 0 NOT NULL,
	"coins" bigint DEFAULT 0 NOT NULL,
	"follows" integer DEFAULT 0 NOT NULL,
	"latency_p50_ms" integer,
	"latency_p95_ms" integer,
	"freezes" integer DEFAULT 0 NOT NULL,
	"reports" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "minute_counts_broadcast_id_minute_pk" PRIMARY KEY("broadcast_id","minute"),
	CONSTRAINT "minute_counts_minute" CHECK ("minute_counts"."minute" >= 0)
);
--> statement-breakpoint
CREATE TABLE "model_states" (
	"name" text PRIMARY KEY NOT NULL,
	"state" jsonb NOT NULL,
	"saved_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text NOT NULL,
	"kind" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"read_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "privacy_choices" (
	"user_id" text PRIMARY KEY NOT NULL,
	"keeps_history" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "push_subscriptions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"endpoint" text NOT NULL,
	"p256dh" text NOT NULL,
	"auth" text NOT NULL,
	"locale" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "push_subscriptions_endpoint" UNIQUE("endpoint"),
	CONSTRAINT "push_subscriptions_endpoint_length" CHECK (char_length("push_subscriptions"."endpoint") <= 1000)
);
--> statement-breakpoint
CREATE TABLE "reminders" (
	"scheduled_id" text NOT NULL,
	"user_id" text NOT NULL,
	CONSTRAINT "reminders_scheduled_id_user_id_pk" PRIMARY KEY("scheduled_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "scheduled" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"title" text NOT NULL,
	"category" text NOT NULL,
	"starts_at" timestamp(3) with time zone NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "scheduled_title_length" CHECK (char_length("scheduled"."title") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "watch_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text NOT NULL,
	"user_id" text,
	"source" text NOT NULL,
	"started_at" timestamp(3) with time zone NOT NULL,
	"ended_at" timestamp(3) with time zone NOT NULL,
	"played_ms" bigint NOT NULL,
	"lines" integer DEFAULT 0 NOT NULL,
	"reactions" integer DEFAULT 0 NOT NULL,
	"gifts" integer DEFAULT 0 NOT NULL,
	"coins" bigint DEFAULT 0 NOT NULL,
	"follows" integer DEFAULT 0 NOT NULL,
	"is_new" boolean,
	"saw_end" boolean NOT NULL,
	CONSTRAINT "watch_sessions_times" CHECK ("watch_sessions"."ended_at" >= "watch_sessions"."started_at" and "watch_sessions"."played_ms" >= 0)
);
--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "follows" ADD COLUMN "wants_notices" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_totals" ADD CONSTRAINT "broadcast_totals_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "channel_days" ADD CONSTRAINT "channel_days_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hidden_channels" ADD CONSTRAINT "hidden_channels_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hidden_channels" ADD CONSTRAINT "hidden_channels_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "impression_counts" ADD CONSTRAINT "impression_counts_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "impressions" ADD CONSTRAINT "impressions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "impressions" ADD CONSTRAINT "impressions_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "impressions" ADD CONSTRAINT "impressions_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "minute_counts" ADD CONSTRAINT "minute_counts_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "privacy_choices" ADD CONSTRAINT "privacy_choices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscriptions" ADD CONSTRAINT "push_subscriptions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reminders" ADD CONSTRAINT "reminders_scheduled_id_scheduled_id_fk" FOREIGN KEY ("scheduled_id") REFERENCES "public"."scheduled"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reminders" ADD CONSTRAINT "reminders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scheduled" ADD CONSTRAINT "scheduled_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watch_sessions" ADD CONSTRAINT "watch_sessions_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watch_sessions" ADD CONSTRAINT "watch_sessions_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "watch_sessions" ADD CONSTRAINT "watch_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "hidden_channels_channel" ON "hidden_channels" USING btree ("channel_id");--> statement-breakpoint
CREATE INDEX "impressions_channel" ON "impressions" USING btree ("channel_id");--> statement-breakpoint
CREATE INDEX "impressions_broadcast" ON "impressions" USING btree ("broadcast_id");--> statement-breakpoint
CREATE INDEX "impressions_shown" ON "impressions" USING btree ("shown_at");--> statement-breakpoint
CREATE UNIQUE INDEX "notices_once" ON "notices" USING btree ("user_id","broadcast_id","kind");--> statement-breakpoint
CREATE INDEX "notices_user" ON "notices" USING btree ("user_id","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "notices_channel" ON "notices" USING btree ("channel_id");--> statement-breakpoint
CREATE INDEX "notices_broadcast" ON "notices" USING btree ("broadcast_id");--> statement-breakpoint
CREATE INDEX "push_subscriptions_user" ON "push_subscriptions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "reminders_user" ON "reminders" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "scheduled_channel" ON "scheduled" USING btree ("channel_id","starts_at");--> statement-breakpoint
CREATE INDEX "scheduled_starts" ON "scheduled" USING btree ("starts_at");--> statement-breakpoint
CREATE INDEX "watch_sessions_broadcast" ON "watch_sessions" USING btree ("broadcast_id","started_at");--> statement-breakpoint
CREATE INDEX "watch_sessions_user" ON "watch_sessions" USING btree ("user_id","started_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "watch_sessions_channel" ON "watch_sessions" USING btree ("channel_id","started_at");