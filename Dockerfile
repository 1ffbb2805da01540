# The program alone: a static binary, the certificates of the authorities that it may meet, and a folder of its own. There
# is no shell and nothing else to run; whoever runs it is nobody in particular.

# The version of Go is that of go.mod.
FROM golang:1.26.8-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/kopir ./cmd/kopir
RUN mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/kopir /kopir
# With the embedded database this folder is all there is to keep; with Postgres it holds indexes and import reports.
COPY --from=build --chown=10001:10001 --chmod=700 /out/data /data
COPY --from=build --chown=10001:10001 --chmod=700 /out/tmp /tmp
USER 10001:10001
WORKDIR /data
ENV KOPIR_ADDR=0.0.0.0:8080 KOPIR_DATA_DIR=/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s CMD ["/kopir", "ready"]
ENTRYPOINT ["/kopir"]
CMD ["serve"]
