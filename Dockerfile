# syntax=docker/dockerfile:1

# The same image runs every role; the command says which: serve (default), serve --role worker, migrate, doctor …
# Run it with an init (`docker run --init`, `init: true` in compose), so that signals and orphans are handled.

FROM node:24-slim AS page
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
COPY web ./web
RUN npm run build

FROM node:24-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts/prepare.mjs ./scripts/prepare.mjs
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force

FROM node:24-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    FRONTDESK_HOME=/data
WORKDIR /app
# The knowledge base may be read from git repositories.
RUN apt-get update && apt-get install -y --no-install-recommends git openssh-client ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=modules /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY migrations ./migrations
COPY knowledge ./knowledge
COPY adapters ./adapters
COPY src ./src
COPY --from=page /app/web/dist ./web/dist
# Everything above stays root's and read-only for the process; it writes to /data alone.
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve"]
