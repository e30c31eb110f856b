CREATE TABLE "broadcasts" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"title" text NOT NULL,
	"category" text NOT NULL,
	"tags" text[] NOT NULL,
	"visibility" text NOT NULL,
	"link_key" text,
	"cover_image_id" text,
	"started_at" timestamp(3) with time zone NOT NULL,
	"ended_at" timestamp(3) with time zone,
	"end_reason" text,
	"last_alive_at" timestamp(3) with time zone NOT NULL,
	"peak_viewers" integer DEFAULT 0 NOT NULL,
	"viewer_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "broadcasts_title_length" CHECK (char_length("broadcasts"."title") between 1 and 200),
	CONSTRAINT "broadcasts_tags_count" CHECK (cardinality("broadcasts"."tags") <= 10),
	CONSTRAINT "broadcasts_visibility_kind" CHECK ("broadcasts"."visibility" in ('public', 'unlisted', 'private')),
	CONSTRAINT "broadcasts_link_key_if_private" CHECK (("broadcasts"."visibility" = 'private') = ("broadcasts"."link_key" is not null)),
	CONSTRAINT "broadcasts_end_has_reason" CHECK (("broadcasts"."ended_at" is null) = ("broadcasts"."end_reason" is null)),
	CONSTRAINT "broadcasts_viewers" CHECK ("broadcasts"."peak_viewers" >= 0 and "broadcasts"."viewer_ms" >= 0)
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_user_id" text NOT NULL,
	"handle" text NOT NULL,
	"handle_key" text NOT NULL,
	"display_name" text NOT NULL,
	"about" text NOT NULL,
	"category" text NOT NULL,
	"avatar_image_id" text,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "channels_owner" UNIQUE("owner_user_id"),
	CONSTRAINT "channels_handle_key" UNIQUE("handle_key"),
	CONSTRAINT "channels_handle_shape" CHECK ("channels"."handle" ~ '^[A-Za-z][A-Za-z0-9_]{2,23}$'),
	CONSTRAINT "channels_handle_key_shape" CHECK ("channels"."handle_key" = lower("channels"."handle")),
	CONSTRAINT "channels_display_name_length" CHECK (char_length("channels"."display_name") between 1 and 100),
	CONSTRAINT "channels_about_length" CHECK (char_length("channels"."about") <= 2000)
);
--> statement-breakpoint
CREATE TABLE "images" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_user_id" text NOT NULL,
	"mime" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"sha256" "bytea" NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "images_owner_sha256" UNIQUE("owner_user_id","sha256"),
	CONSTRAINT "images_owner_id" UNIQUE("owner_user_id","id"),
	CONSTRAINT "images_mime_kind" CHECK ("images"."mime" in ('image/jpeg', 'image/png', 'image/webp')),
	CONSTRAINT "images_bytes_length" CHECK (octet_length("images"."bytes") between 1 and 1048576),
	CONSTRAINT "images_sha256_length" CHECK (octet_length("images"."sha256") = 32),
	CONSTRAINT "images_size" CHECK ("images"."width" > 0 and "images"."height" > 0)
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"last_seen_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"user_agent" text NOT NULL,
	"address" text NOT NULL,
	CONSTRAINT "sessions_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "sessions_token_hash_length" CHECK (octet_length("sessions"."token_hash") = 32),
	CONSTRAINT "sessions_user_agent_length" CHECK (char_length("sessions"."user_agent") <= 200),
	CONSTRAINT "sessions_address_length" CHECK (char_length("sessions"."address") <= 64)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"display_name" text NOT NULL,
	"password_hash" text NOT NULL,
	"locale" text,
	"created_at" timestamp(3) with time zone NOT NULL,
	CONSTRAINT "users_name_key_unique" UNIQUE("name_key"),
	CONSTRAINT "users_name_length" CHECK (char_length("users"."name") between 1 and 100),
	CONSTRAINT "users_name_key_length" CHECK (char_length("users"."name_key") between 1 and 400),
	CONSTRAINT "users_display_name_length" CHECK (char_length("users"."display_name") between 1 and 100),
	CONSTRAINT "users_password_hash_kind" CHECK ("users"."password_hash" like '$argon2id$%')
);
--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_cover_image_id_images_id_fk" FOREIGN KEY ("cover_image_id") REFERENCES "public"."images"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "channels" ADD CONSTRAINT "channels_owner_user_id_users_id_fk" FOREIGN KEY ("owner_user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "channels" ADD CONSTRAINT "channels_own_avatar" FOREIGN KEY ("owner_user_id","avatar_image_id") REFERENCES "public"."images"("owner_user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "images" ADD CONSTRAINT "images_owner_user_id_users_id_fk" FOREIGN KEY ("owner_user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "broadcasts_one_unfinished" ON "broadcasts" USING btree ("channel_id") WHERE "broadcasts"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "broadcasts_channel_started" ON "broadcasts" USING btree ("channel_id","started_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "broadcasts_cover_image_id" ON "broadcasts" USING btree ("cover_image_id");--> statement-breakpoint
CREATE INDEX "channels_avatar_image_id" ON "channels" USING btree ("avatar_image_id");--> statement-breakpoint
CREATE INDEX "sessions_user_id" ON "sessions" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "sessions_expires_at" ON "sessions" USING btree ("expires_at");