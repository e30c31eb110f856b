# Qiao in one container: the server with its web pages, and PostgreSQL inside unless DATABASE_URL names another.
#   docker build -t qiao . && docker run --init --network host -v qiao:/data qiao

FROM node:24-trixie-slim AS build
WORKDIR /app
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates
COPY package.json package-lock.json ./
# The value only keeps mediasoup's own install script from fetching a worker; the set-up below does that.
RUN MEDIASOUP_WORKER_BIN=later npm ci
COPY . .
# The official media worker where its server can be reached, else one built here; then the web pages.
RUN node server/native/setup.ts image /app/mediasoup-worker
RUN MEDIASOUP_WORKER_BIN=later npm prune --omit=dev \
 && find node_modules/uWebSockets.js -name 'uws_*.node' ! -name 'uws_linux_*' -delete

FROM node:24-trixie-slim
# The libraries of a media worker that was built here; the official one brings its own.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libuv1t64 libssl3t64 \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node /data
WORKDIR /app
COPY --from=build /app/package.json /app/mediasoup-worker ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/web/dist ./web/dist
COPY --from=build /app/server ./server
COPY --from=build /app/shared ./shared
COPY --from=build /app/migrations ./migrations
ENV NODE_ENV=production DATA_DIR=/data MEDIASOUP_WORKER_BIN=/app/mediasoup-worker
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["node", "server/native/healthcheck.mjs"]
CMD ["node", "server/main.ts"]
