CREATE TABLE "search_entries" (
	"channel_id" text PRIMARY KEY NOT NULL,
	"words" "tsvector" DEFAULT '' NOT NULL,
	"names" "tsvector" DEFAULT '' NOT NULL,
	"is_live" boolean DEFAULT false NOT NULL,
	"is_stale" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
ALTER TABLE "search_entries" ADD CONSTRAINT "search_entries_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "search_entries_words" ON "search_entries" USING gin ("words") WITH (fastupdate=false) WHERE not "search_entries"."is_live";--> statement-breakpoint
CREATE INDEX "search_entries_live" ON "search_entries" USING gin ("words") WITH (fastupdate=false) WHERE "search_entries"."is_live";--> statement-breakpoint
CREATE INDEX "search_entries_stale" ON "search_entries" USING btree ("channel_id") WHERE "search_entries"."is_stale";
--> statement-breakpoint
-- Whatever changes what can be found says so here, in the same transaction, so that no way of changing it can be forgotten.
CREATE FUNCTION "search_channel_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_entries (channel_id) VALUES (NEW.id)
  ON CONFLICT (channel_id) DO UPDATE SET is_stale = true WHERE NOT search_entries.is_stale;
  RETURN NULL;
END
$$;--> statement-breakpoint
CREATE FUNCTION "search_broadcast_changed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_entries (channel_id) VALUES (NEW.channel_id)
  ON CONFLICT (channel_id) DO UPDATE SET is_stale = true WHERE NOT search_entries.is_stale;
  RETURN NULL;
END
$$;--> statement-breakpoint
CREATE TRIGGER "channels_searched" AFTER INSERT OR UPDATE OF "handle", "display_name", "about" ON "channels"
  FOR EACH ROW EXECUTE FUNCTION "search_channel_changed"();--> statement-breakpoint
CREATE TRIGGER "broadcasts_searched" AFTER INSERT OR UPDATE OF "title", "tags", "visibility", "ended_at" ON "broadcasts"
  FOR EACH ROW EXECUTE FUNCTION "search_broadcast_changed"();--> statement-breakpoint
INSERT INTO "search_entries" ("channel_id") SELECT "id" FROM "channels";
