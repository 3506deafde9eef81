{{- define "tembo.labels" -}}
app.kubernetes.io/name: tembo
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tembo.selector" -}}
{{ include "tembo.labels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "tembo.name" -}}
{{- if contains "tembo" .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-tembo{{ end }}
{{- end }}

{{- /* What the pods of both components have in common. */ -}}
{{- define "tembo.pod" -}}
automountServiceAccountToken: false
# Tembo would report the variables of services as unknown settings.
enableServiceLinks: false
# Root of the container is no user of the node. Otherwise, Kubernetes refuses an unmasked /proc.
hostUsers: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "tembo.container" -}}
image: {{ .root.Values.image.name }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args: [{{ .component }}]
envFrom:
  - configMapRef:
      name: {{ include "tembo.name" .root }}
  - secretRef:
      name: {{ .root.Values.secretName }}
resources:
  {{- toYaml .values.resources | nindent 2 }}
volumeMounts:
  - name: data
    mountPath: /var/lib/tembo
  - name: master-key
    mountPath: /etc/tembo
    readOnly: true
{{- end }}

{{- define "tembo.capabilities" -}}
drop: [ALL]
add: [CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID]
{{- end }}

{{- define "tembo.masterKey" -}}
name: master-key
secret:
  secretName: {{ .Values.masterKeySecretName }}
  defaultMode: 0400
{{- end }}

{{- define "tembo.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .storageClassName }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests:
    storage: {{ .storage }}
{{- end }}
