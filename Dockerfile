# One image for everything of Vecino that runs: the services, the command line, and the simulated routers of a laboratory.
# What a container is, its command says: `services/ingest/dist/main.js`, `tools/cli/dist/main.js provision`, ...
# tools/deploy-tests performs the steps below in a folder, and starts each program from what comes out.

# Debian, since Temporal's native part needs glibc.
FROM node:22.21.1-bookworm-slim AS base
WORKDIR /opt/vecino

# The manifests alone, so that a change of a source installs nothing anew.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete && find . -type d -empty -delete

# What is needed at run time, and nothing that only builds or tests.
FROM base AS dependencies
COPY --from=manifests /opt/vecino .
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  --workspace=services/ingest --workspace=services/status-projector \
  --workspace=services/worker-dedicated --workspace=services/worker-shared \
  --workspace=tools/cli --workspace=tools/router-simulator

FROM base AS build
COPY --from=manifests /opt/vecino .
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npx tsc --build services/*/tsconfig.lib.json tools/cli/tsconfig.lib.json tools/router-simulator/tsconfig.lib.json
# The workflows as Workers load them: nothing is compiled when a service starts.
RUN node libs/temporal/dist/bundle-main.js
# What was built goes on, and nothing that it was built from.
RUN find libs services tools -path '*/node_modules' -prune -o -type f ! -path '*/dist/*.js' -exec rm {} + \
  && find libs services tools -name node_modules -prune -exec rm -r {} + \
  && find libs services tools -type d -empty -delete

FROM base AS runtime
ENV NODE_ENV=production
# Temporal's native part trusts the system's roots, and the slim image has none.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
# Root owns the tree and nobody else writes to it: a service writes to its mounts and to /tmp only.
COPY --from=dependencies /opt/vecino .
COPY --from=build /opt/vecino/libs libs
COPY --from=build /opt/vecino/services services
COPY --from=build /opt/vecino/tools tools
COPY deploy/docker/probe.cjs deploy/docker/probe.cjs
# Mount points: a new volume takes its owner from here.
RUN install -d -o 1000 -g 1000 /var/lib/vecino/lab /var/lib/vecino/images /var/lib/vecino/evidence
# The image's user `node`, by number, so that Kubernetes sees that it is not root.
USER 1000:1000
ENTRYPOINT ["node"]
