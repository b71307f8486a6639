{{- define "vecino.name" -}}
{{- if contains "vecino" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-vecino" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that never change: what selects pods. */}}
{{- define "vecino.selector" -}}
app.kubernetes.io/name: vecino
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .tenant }}
vecino.dev/tenant: {{ . }}
{{- end }}
{{- end -}}

{{- define "vecino.labels" -}}
{{ include "vecino.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* The route of a registry entry: its own, or its tier's (libs/tenancy/src/tier.ts; a test compares). */}}
{{- define "vecino.routeOf" -}}
{{- $ofTier := dict "basic" "pooled" "standard" "queue" "premium" "dedicated" "enterprise" "namespace" -}}
{{- .route | default (get $ofTier (.tier | default "basic")) -}}
{{- end -}}

{{/* JSON: the tenants that need a worker of their own, each { id, route, networks, port }. */}}
{{- define "vecino.ownWorkers" -}}
{{- $own := list -}}
{{- range concat (.Values.registry.tenants | default list) .Values.workerDedicated.alsoFor -}}
{{- $route := include "vecino.routeOf" . -}}
{{- if has $route (list "dedicated" "namespace") -}}
{{- $port := dig "device" "port" $.Values.routers.port . -}}
{{- $own = append $own (dict "id" .id "route" $route "networks" (.networks | default list) "port" $port) -}}
{{- end -}}
{{- end -}}
{{- dict "tenants" $own | toJson -}}
{{- end -}}

{{/* The Temporal namespace of a tenant: `tenant-<id>` where it has one of its own. */}}
{{- define "vecino.temporalNamespaceOf" -}}
{{- if eq .tenant.route "namespace" -}}tenant-{{ .tenant.id }}{{- else -}}{{ .root.Values.temporal.namespace }}{{- end -}}
{{- end -}}

{{/* What Pod Security's profile "restricted" asks for, and a file system that nobody writes to. */}}
{{- define "vecino.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "vecino.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{- define "vecino.image" -}}
{{ .root.Values.image.repository }}:{{ .tag | default .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{/*
Annotations of what provisions, by its weight: it runs before anything of the release is there, so what it needs comes with it.
Helm takes no hook away with its release, so each goes when it is done with; a job that failed stays, to be looked at.
*/}}
{{- define "vecino.provisionHook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{/* Variables of whatever talks to Kafka and Temporal. */}}
{{- define "vecino.connectionEnv" -}}
{{- $kafka := .Values.kafka -}}
{{- $temporal := .Values.temporal -}}
- { name: KAFKA_BROKERS, value: {{ required "kafka.brokers: where Kafka is" $kafka.brokers | quote }} }
{{- if $kafka.topicPrefix }}
- { name: VECINO_TOPIC_PREFIX, value: {{ $kafka.topicPrefix | quote }} }
{{- end }}
{{- if $kafka.tls.enabled }}
- { name: KAFKA_SSL, value: 'true' }
{{- if $kafka.tls.secretName }}
- { name: KAFKA_SSL_CA, value: /etc/vecino/kafka/ca.crt }
{{- if $kafka.tls.mutual }}
- { name: KAFKA_SSL_CERT, value: /etc/vecino/kafka/tls.crt }
- { name: KAFKA_SSL_KEY, value: /etc/vecino/kafka/tls.key }
{{- end }}
{{- end }}
{{- end }}
{{- if $kafka.sasl.mechanism }}
- { name: KAFKA_SASL_MECHANISM, value: {{ $kafka.sasl.mechanism }} }
- name: KAFKA_SASL_USERNAME
  valueFrom: { secretKeyRef: { name: {{ required "kafka.sasl.secretName: with username and password" $kafka.sasl.secretName }}, key: username } }
- name: KAFKA_SASL_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $kafka.sasl.secretName }}, key: password } }
{{- end }}
- { name: TEMPORAL_ADDRESS, value: {{ required "temporal.address: where Temporal's frontend is" $temporal.address | quote }} }
- { name: TEMPORAL_NAMESPACE, value: {{ $temporal.namespace | quote }} }
{{- if $temporal.tls.enabled }}
- { name: TEMPORAL_TLS, value: 'true' }
{{- if $temporal.tls.secretName }}
- { name: TEMPORAL_TLS_SERVER_CA_CERT_PATH, value: /etc/vecino/temporal/ca.crt }
{{- if $temporal.tls.mutual }}
- { name: TEMPORAL_TLS_CLIENT_CERT_PATH, value: /etc/vecino/temporal/tls.crt }
- { name: TEMPORAL_TLS_CLIENT_KEY_PATH, value: /etc/vecino/temporal/tls.key }
{{- end }}
{{- end }}
{{- if $temporal.tls.serverName }}
- { name: TEMPORAL_TLS_SERVER_NAME, value: {{ $temporal.tls.serverName | quote }} }
{{- end }}
{{- end }}
{{- if $temporal.apiKeySecretName }}
- name: TEMPORAL_API_KEY
  valueFrom: { secretKeyRef: { name: {{ $temporal.apiKeySecretName }}, key: api-key } }
{{- end }}
{{- end -}}

{{- define "vecino.connectionMounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if and .Values.kafka.tls.enabled .Values.kafka.tls.secretName }}
- { name: kafka-tls, mountPath: /etc/vecino/kafka, readOnly: true }
{{- end }}
{{- if and .Values.temporal.tls.enabled .Values.temporal.tls.secretName }}
- { name: temporal-tls, mountPath: /etc/vecino/temporal, readOnly: true }
{{- end }}
{{- end -}}

{{- define "vecino.connectionVolumes" -}}
- { name: tmp, emptyDir: { sizeLimit: 256Mi } }
{{- if and .Values.kafka.tls.enabled .Values.kafka.tls.secretName }}
- { name: kafka-tls, secret: { secretName: {{ .Values.kafka.tls.secretName }} } }
{{- end }}
{{- if and .Values.temporal.tls.enabled .Values.temporal.tls.secretName }}
- { name: temporal-tls, secret: { secretName: {{ .Values.temporal.tls.secretName }} } }
{{- end }}
{{- end -}}

{{- define "vecino.telemetryEnv" -}}
- { name: VECINO_LOG_LEVEL, value: {{ .Values.telemetry.logLevel }} }
- { name: VECINO_HEALTH_ADDRESS, value: '0.0.0.0:8080' }
- { name: VECINO_METRICS_ADDRESS, value: '0.0.0.0:9464' }
- { name: VECINO_METRICS_MAX_TENANTS, value: {{ .Values.telemetry.maxTenants | quote }} }
- { name: OTEL_METRICS_EXPORTER, value: {{ .Values.telemetry.metricsExporter }} }
{{- if .Values.telemetry.otlpEndpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .Values.telemetry.otlpEndpoint | quote }} }
{{- end }}
{{- end -}}

{{/* Variables, mounts and volumes of workers. */}}
{{- define "vecino.workerEnv" -}}
- { name: VECINO_IMAGES_DIR, value: /var/lib/vecino/images }
- { name: VECINO_EVIDENCE_DIR, value: /var/lib/vecino/evidence }
- { name: VECINO_DEVICE_PORT, value: {{ .root.Values.routers.port | quote }} }
- { name: VECINO_SHUTDOWN_GRACE, value: {{ .values.shutdownGraceSeconds }}s }
{{- if .root.Values.images.keysConfigMapName }}
- { name: VECINO_IMAGE_KEYS, value: /etc/vecino/image-keys/keys.pem }
{{- end }}
{{- if .root.Values.routers.tlsSecretName }}
- { name: VECINO_DEVICE_CA, value: /etc/vecino/routers/ca.crt }
- { name: VECINO_DEVICE_CERT, value: /etc/vecino/routers/tls.crt }
- { name: VECINO_DEVICE_KEY, value: /etc/vecino/routers/tls.key }
{{- end }}
{{- end -}}

{{- define "vecino.workerMounts" -}}
- { name: images, mountPath: /var/lib/vecino/images, readOnly: true }
- { name: evidence, mountPath: /var/lib/vecino/evidence }
{{- if .Values.images.keysConfigMapName }}
- { name: image-keys, mountPath: /etc/vecino/image-keys, readOnly: true }
{{- end }}
{{- if .Values.routers.tlsSecretName }}
- { name: router-tls, mountPath: /etc/vecino/routers, readOnly: true }
{{- end }}
{{- end -}}

{{- define "vecino.workerVolumes" -}}
- name: images
  persistentVolumeClaim: { claimName: {{ required "images.claimName: the store of router software" .Values.images.claimName }}, readOnly: true }
- name: evidence
  persistentVolumeClaim: { claimName: {{ required "evidence.claimName: where workers write what they did" .Values.evidence.claimName }} }
{{- if .Values.images.keysConfigMapName }}
- { name: image-keys, configMap: { name: {{ .Values.images.keysConfigMapName }} } }
{{- end }}
{{- if .Values.routers.tlsSecretName }}
- { name: router-tls, secret: { secretName: {{ .Values.routers.tlsSecretName }} } }
{{- end }}
{{- end -}}
