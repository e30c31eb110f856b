CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"user_id" text,
	"channel_id" text,
	"balance" bigint NOT NULL,
	"is_frozen" boolean DEFAULT false NOT NULL,
	CONSTRAINT "accounts_not_overdrawn" CHECK ("accounts"."balance" >= 0 or "accounts"."kind" in ('issued', 'debt')),
	CONSTRAINT "accounts_debt_owed" CHECK ("accounts"."kind" <> 'debt' or "accounts"."balance" <= 0),
	CONSTRAINT "accounts_kind_kind" CHECK ("accounts"."kind" in ('wallet', 'debt', 'earnings', 'payouts', 'revenue', 'issued', 'escrow')),
	CONSTRAINT "accounts_have_owners" CHECK (("accounts"."kind" in ('wallet', 'debt')) = ("accounts"."user_id" is not null) and ("accounts"."kind" in ('earnings', 'payouts')) = ("accounts"."channel_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "fans" (
	"channel_id" text NOT NULL,
	"user_id" text NOT NULL,
	"coins" bigint NOT NULL,
	CONSTRAINT "fans_channel_id_user_id_pk" PRIMARY KEY("channel_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "gift_sends" (
	"transfer_id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"fan_level" smallint NOT NULL,
	"gift_id" text NOT NULL,
	"quantity" integer NOT NULL,
	"coins" bigint NOT NULL,
	"combo_id" text NOT NULL,
	"combo_count" integer NOT NULL,
	"seen_at" timestamp(3) with time zone,
	"seen_error_ms" integer,
	"given_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "gift_sends_positive" CHECK ("gift_sends"."quantity" > 0 and "gift_sends"."coins" > 0 and "gift_sends"."combo_count" >= "gift_sends"."quantity")
);
--> statement-breakpoint
CREATE TABLE "gifts" (
	"id" text PRIMARY KEY NOT NULL,
	"name_en" text NOT NULL,
	"name_zh" text NOT NULL,
	"coins" bigint NOT NULL,
	"animation" text NOT NULL,
	"tier" text NOT NULL,
	"is_on_sale" boolean NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "gifts_price_positive" CHECK ("gifts"."coins" > 0),
	CONSTRAINT "gifts_tier_kind" CHECK ("gifts"."tier" in ('small', 'medium', 'large'))
);
--> statement-breakpoint
CREATE TABLE "goals" (
	"channel_id" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"coins" bigint NOT NULL,
	"set_at" timestamp(3) with time zone NOT NULL,
	"given_coins" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_events" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"taken_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payouts" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"key" text NOT NULL,
	"coins" bigint NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"destination" text NOT NULL,
	"state" text NOT NULL,
	"requested_at" timestamp(3) with time zone NOT NULL,
	"decided_at" timestamp(3) with time zone,
	"decided_by" text,
	"note" text DEFAULT '' NOT NULL,
	CONSTRAINT "payouts_positive" CHECK ("payouts"."coins" > 0 and "payouts"."amount" >= 0),
	CONSTRAINT "payouts_state_kind" CHECK ("payouts"."state" in ('requested', 'paid', 'rejected') and ("payouts"."state" = 'requested') = ("payouts"."decided_at" is null))
);
--> statement-breakpoint
CREATE TABLE "red_packet_claims" (
	"red_packet_id" text NOT NULL,
	"user_id" text NOT NULL,
	"seen_at" timestamp(3) with time zone,
	"seen_error_ms" integer,
	"claimed_at" timestamp(3) with time zone NOT NULL,
	"coins" bigint,
	CONSTRAINT "red_packet_claims_red_packet_id_user_id_pk" PRIMARY KEY("red_packet_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "red_packets" (
	"id" text PRIMARY KEY NOT NULL,
	"transfer_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"fan_level" smallint NOT NULL,
	"coins" bigint NOT NULL,
	"shares" integer NOT NULL,
	"announced_at" timestamp(3) with time zone NOT NULL,
	"announced_frame_at" timestamp(3) with time zone,
	"opened_at" timestamp(3) with time zone,
	CONSTRAINT "red_packets_transfer" UNIQUE("transfer_id"),
	CONSTRAINT "red_packets_positive" CHECK ("red_packets"."shares" between 1 and "red_packets"."coins")
);
--> statement-breakpoint
CREATE TABLE "super_chats" (
	"id" text PRIMARY KEY NOT NULL,
	"transfer_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"broadcast_id" text,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"fan_level" smallint NOT NULL,
	"text" text NOT NULL,
	"coins" bigint NOT NULL,
	"said_at" timestamp(3) with time zone NOT NULL,
	"pinned_until" timestamp(3) with time zone NOT NULL,
	"seen_at" timestamp(3) with time zone,
	"seen_error_ms" integer,
	"is_removed" boolean DEFAULT false NOT NULL,
	CONSTRAINT "super_chats_transfer" UNIQUE("transfer_id")
);
--> statement-breakpoint
CREATE TABLE "top_ups" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"key" text NOT NULL,
	"package_id" text NOT NULL,
	"coins" bigint NOT NULL,
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"provider" text NOT NULL,
	"session_ref" text,
	"payment_ref" text,
	"pay_url" text,
	"state" text NOT NULL,
	"started_at" timestamp(3) with time zone NOT NULL,
	"reversed_as" text,
	"note" text DEFAULT '' NOT NULL,
	CONSTRAINT "top_ups_positive" CHECK ("top_ups"."coins" > 0 and "top_ups"."price" > 0),
	CONSTRAINT "top_ups_state_kind" CHECK ("top_ups"."state" in ('open', 'paid', 'failed', 'refunded', 'charged_back'))
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"debit_id" text NOT NULL,
	"credit_id" text NOT NULL,
	"amount" bigint NOT NULL,
	"fee" bigint NOT NULL,
	"debit_after" bigint NOT NULL,
	"credit_after" bigint NOT NULL,
	"fee_after" bigint,
	"reverses_id" text,
	"at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "transfers_key" UNIQUE("key"),
	CONSTRAINT "transfers_amount_positive" CHECK ("transfers"."amount" > 0),
	CONSTRAINT "transfers_fee_within" CHECK ("transfers"."fee" between 0 and "transfers"."amount" and ("transfers"."fee" > 0) = ("transfers"."fee_after" is not null)),
	CONSTRAINT "transfers_two_sides" CHECK ("transfers"."debit_id" <> "transfers"."credit_id")
);
--> statement-breakpoint
ALTER TABLE "chat_lines" ADD COLUMN "fan_level" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "questions" ADD COLUMN "fan_level" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fans" ADD CONSTRAINT "fans_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fans" ADD CONSTRAINT "fans_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goals" ADD CONSTRAINT "goals_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_decided_by_users_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "red_packet_claims" ADD CONSTRAINT "red_packet_claims_red_packet_id_red_packets_id_fk" FOREIGN KEY ("red_packet_id") REFERENCES "public"."red_packets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "red_packet_claims" ADD CONSTRAINT "red_packet_claims_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "red_packets" ADD CONSTRAINT "red_packets_transfer_id_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "public"."transfers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "red_packets" ADD CONSTRAINT "red_packets_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "red_packets" ADD CONSTRAINT "red_packets_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "red_packets" ADD CONSTRAINT "red_packets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "super_chats" ADD CONSTRAINT "super_chats_transfer_id_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "public"."transfers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "super_chats" ADD CONSTRAINT "super_chats_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "super_chats" ADD CONSTRAINT "super_chats_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "super_chats" ADD CONSTRAINT "super_chats_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "top_ups" ADD CONSTRAINT "top_ups_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_user" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "accounts_channel" ON "accounts" USING btree ("channel_id");--> statement-breakpoint
CREATE INDEX "fans_user" ON "fans" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "fans_top" ON "fans" USING btree ("channel_id","coins");--> statement-breakpoint
CREATE INDEX "gift_sends_channel" ON "gift_sends" USING btree ("channel_id","given_at");--> statement-breakpoint
CREATE INDEX "gift_sends_broadcast" ON "gift_sends" USING btree ("broadcast_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_key" ON "payouts" USING btree ("channel_id","key");--> statement-breakpoint
CREATE INDEX "payouts_channel" ON "payouts" USING btree ("channel_id","requested_at");--> statement-breakpoint
CREATE INDEX "payouts_decided_by" ON "payouts" USING btree ("decided_by");--> statement-breakpoint
CREATE INDEX "payouts_waiting" ON "payouts" USING btree ("requested_at") WHERE "payouts"."state" = 'requested';--> statement-breakpoint
CREATE INDEX "red_packet_claims_user" ON "red_packet_claims" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "red_packets_channel" ON "red_packets" USING btree ("channel_id");--> statement-breakpoint
CREATE INDEX "red_packets_broadcast" ON "red_packets" USING btree ("broadcast_id");--> statement-breakpoint
CREATE INDEX "red_packets_user" ON "red_packets" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "red_packets_open" ON "red_packets" USING btree ("announced_at") WHERE "red_packets"."opened_at" is null;--> statement-breakpoint
CREATE INDEX "super_chats_channel" ON "super_chats" USING btree ("channel_id","pinned_until");--> statement-breakpoint
CREATE INDEX "super_chats_broadcast" ON "super_chats" USING btree ("broadcast_id");--> statement-breakpoint
CREATE INDEX "super_chats_user" ON "super_chats" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "top_ups_key" ON "top_ups" USING btree ("user_id","key");--> statement-breakpoint
CREATE INDEX "top_ups_user" ON "top_ups" USING btree ("user_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "top_ups_session" ON "top_ups" USING btree ("session_ref") WHERE "top_ups"."session_ref" is not null;--> statement-breakpoint
CREATE INDEX "top_ups_payment" ON "top_ups" USING btree ("payment_ref") WHERE "top_ups"."payment_ref" is not null;--> statement-breakpoint
CREATE INDEX "top_ups_newest" ON "top_ups" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "transfers_debit" ON "transfers" USING btree ("debit_id","id");--> statement-breakpoint
CREATE INDEX "transfers_credit" ON "transfers" USING btree ("credit_id","id");--> statement-breakpoint
CREATE INDEX "transfers_reverses" ON "transfers" USING btree ("reverses_id") WHERE "transfers"."reverses_id" is not null;--> statement-breakpoint
-- What is in the ledger stays as it is; corrections are new transfers.
CREATE FUNCTION "ledger_refuses"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what the ledger has written stays';
END
$$;--> statement-breakpoint
CREATE TRIGGER "transfers_stay" BEFORE UPDATE OR DELETE ON "transfers" FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuses"();--> statement-breakpoint
CREATE TRIGGER "accounts_stay" BEFORE DELETE ON "accounts" FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuses"();--> statement-breakpoint
CREATE TRIGGER "transfers_stay_all" BEFORE TRUNCATE ON "transfers" FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuses"();--> statement-breakpoint
-- The row of `accounts` that takes part in most batches is written again and again: room for new versions keeps them on their page.
ALTER TABLE "accounts" SET (fillfactor = 50);--> statement-breakpoint
INSERT INTO "accounts" ("id", "kind", "balance") VALUES ('issued', 'issued', 0), ('revenue', 'revenue', 0), ('escrow', 'escrow', 0);--> statement-breakpoint
INSERT INTO "gifts" ("id", "name_en", "name_zh", "coins", "animation", "tier", "is_on_sale", "position") VALUES
  ('firefly', 'Firefly', '萤火虫', 1, 'firefly', 'small', true, 10),
  ('tea', 'Cup of tea', '清茶', 5, 'tea', 'small', true, 20),
  ('rose', 'Rose', '玫瑰', 10, 'rose', 'small', true, 30),
  ('bamboo', 'Bamboo', '翠竹', 20, 'bamboo', 'small', true, 40),
  ('bell', 'Wind bell', '风铃', 30, 'bell', 'small', true, 50),
  ('lantern', 'Lantern', '灯笼', 66, 'lantern', 'medium', true, 60),
  ('umbrella', 'Paper umbrella', '油纸伞', 99, 'umbrella', 'medium', true, 70),
  ('kite', 'Kite', '纸鸢', 166, 'kite', 'medium', true, 80),
  ('koi', 'Koi', '锦鲤', 288, 'koi', 'medium', true, 90),
  ('crane', 'Thousand cranes', '千纸鹤', 520, 'crane', 'large', true, 100),
  ('moon', 'Full moon', '满月', 888, 'moon', 'large', true, 110),
  ('boat', 'Dragon boat', '龙舟', 1314, 'boat', 'large', true, 120),
  ('fireworks', 'Fireworks', '烟花', 3000, 'fireworks', 'large', true, 130),
  ('bridge', 'Bridge of light', '鹊桥', 9999, 'bridge', 'large', true, 140);
