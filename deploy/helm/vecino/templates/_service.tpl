{{/*
One service: its Deployment, headless Service, disruption budget and service monitor.
Takes root, component, program (folder below services/), values, replicas (0: autoscaled), and where there are any tenant,
resources, env, mounts, volumes, graceSeconds.
*/}}
{{- define "vecino.service" -}}
{{- $root := .root -}}
{{- $name := printf "%s-%s" (include "vecino.name" $root) .component -}}
{{- if .tenant }}{{ $name = printf "%s-%s" $name .tenant }}{{ end -}}
{{- if gt (len $name) 63 }}{{ fail (printf "%s is longer than the 63 characters of a name: choose a shorter release name" $name) }}{{ end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "vecino.labels" . | nindent 4 }}
spec:
  {{- if not .autoscaled }}
  replicas: {{ .replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels: {{- include "vecino.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "vecino.labels" . | nindent 8 }}
      {{- with .values.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext: {{- include "vecino.podSecurity" . | nindent 8 }}
      terminationGracePeriodSeconds: {{ .graceSeconds | default 30 }}
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "vecino.selector" . | nindent 14 }}
      containers:
        - name: {{ .component }}
          image: {{ include "vecino.image" (dict "root" $root "tag" .values.tag) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [services/{{ .component }}/dist/main.js]
          securityContext: {{- include "vecino.containerSecurity" . | nindent 12 }}
          env:
            {{- include "vecino.connectionEnv" $root | nindent 12 }}
            {{- include "vecino.telemetryEnv" $root | nindent 12 }}
            {{- with .env }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- range $key, $value := .values.env }}
            - { name: {{ $key }}, value: {{ $value | quote }} }
            {{- end }}
          ports:
            - { name: health, containerPort: 8080, protocol: TCP }
            - { name: metrics, containerPort: 9464, protocol: TCP }
          livenessProbe:
            httpGet: { path: /livez, port: health }
            initialDelaySeconds: 10
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /readyz, port: health }
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 2
          resources: {{- toYaml (.resources | default .values.resources) | nindent 12 }}
          volumeMounts:
            {{- include "vecino.connectionMounts" $root | nindent 12 }}
            {{- with .mounts }}
            {{- . | nindent 12 }}
            {{- end }}
      volumes:
        {{- include "vecino.connectionVolumes" $root | nindent 8 }}
        {{- with .volumes }}
        {{- . | nindent 8 }}
        {{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "vecino.labels" . | nindent 4 }}
spec:
  # Only health and metrics are served: there is nothing to balance.
  clusterIP: None
  publishNotReadyAddresses: true
  selector: {{- include "vecino.selector" . | nindent 4 }}
  ports:
    - { name: health, port: 8080, targetPort: health, protocol: TCP }
    - { name: metrics, port: 9464, targetPort: metrics, protocol: TCP }
{{- if $root.Values.podDisruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "vecino.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "vecino.selector" . | nindent 6 }}
{{- end }}
{{- if $root.Values.telemetry.serviceMonitor.enabled }}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "vecino.labels" . | nindent 4 }}
    {{- with $root.Values.telemetry.serviceMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels: {{- include "vecino.selector" . | nindent 6 }}
  endpoints:
    - port: metrics
      path: /metrics
      interval: {{ $root.Values.telemetry.serviceMonitor.interval }}
      # Else the target's `namespace` would take the place of a metric's, which is Temporal's.
      honorLabels: true
{{- end }}
{{- end -}}
