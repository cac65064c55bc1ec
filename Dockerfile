# docker build -t gnocchictl . && docker run -v ./config.json:/config/config.json:ro -e OS_AUTH_URL … gnocchictl produce
FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --loglevel=error
COPY tsconfig.json tsconfig.types.json ./
COPY src src
COPY tools tools
RUN node tools/build.ts

FROM docker.io/library/node:24-bookworm-slim
# The program is one file: no packages, no compiler, no npm of its own.
COPY --from=build /build/package.json /build/oclif.manifest.json /app/
COPY --from=build /build/dist/main.cjs /build/dist/complete.cjs /build/dist/completion.json /app/dist/
COPY bin /app/bin
# Samples not yet sent and host keys seen are in the volume; compiled code and tokens may go at any time.
RUN useradd --system --uid 10001 --home-dir /home/gnocchictl --create-home gnocchictl \
 && install -d -o gnocchictl -g gnocchictl /config /state
ENV GNOCCHICTL_CONFIG=/config/config.json XDG_STATE_HOME=/state NODE_ENV=production
VOLUME /state
USER gnocchictl
WORKDIR /config
ENTRYPOINT ["node", "/app/bin/run.js"]
CMD ["--help"]
