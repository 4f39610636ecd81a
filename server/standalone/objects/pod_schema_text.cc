#include "server/standalone/objects/schema_text.h"

namespace kubegauge::server {

std::string_view PodSchemaText() {
  return R"(
@ io.k8s.apimachinery.pkg.apis.meta.v1
ObjectMeta
  name string
  generateName string
  namespace string
  selfLink string
  uid string
  resourceVersion string
  generation int64
  creationTimestamp time
  deletionTimestamp time
  deletionGracePeriodSeconds int64
  labels {string}
  annotations {string}
  ownerReferences [OwnerReference] key=uid
  finalizers [string] set
  managedFields [ManagedFieldsEntry]
OwnerReference
  apiVersion! string
  kind! string
  name! string
  uid! string
  controller bool
  blockOwnerDeletion bool
ManagedFieldsEntry
  manager string
  operation string
  apiVersion string
  time time
  fieldsType string
  fieldsV1 any
  subresource string
LabelSelector
  matchLabels {string}
  matchExpressions [LabelSelectorRequirement]
LabelSelectorRequirement
  key! string
  operator! string
  values [string]
@ io.k8s.api.core.v1
PodTemplateSpec
  metadata ObjectMeta
  spec PodSpec
PodSpec
  volumes [Volume] key=name retain
  initContainers [Container] key=name
  containers! [Container] key=name
  ephemeralContainers [any] key=name
  restartPolicy string
  terminationGracePeriodSeconds int64
  activeDeadlineSeconds int64
  dnsPolicy string
  nodeSelector {string} atomic
  serviceAccountName string
  serviceAccount string
  automountServiceAccountToken bool
  nodeName string
  hostNetwork bool
  hostPID bool
  hostIPC bool
  shareProcessNamespace bool
  securityContext any
  imagePullSecrets [LocalObjectReference] key=name
  hostname string
  subdomain string
  affinity any
  schedulerName string
  tolerations [Toleration]
  hostAliases [HostAlias] key=ip
  priorityClassName string
  priority int32
  dnsConfig any
  readinessGates [PodReadinessGate]
  runtimeClassName string
  enableServiceLinks bool
  preemptionPolicy string
  overhead {quantity}
  topologySpreadConstraints [TopologySpreadConstraint] key=topologyKey,whenUnsatisfiable
  setHostnameAsFQDN bool
  os PodOS
  hostUsers bool
  schedulingGates [PodSchedulingGate] key=name
  resourceClaims [any] key=name retain
  resources ResourceRequirements
LocalObjectReference
  name string
PodOS
  name! string
PodSchedulingGate
  name! string
PodReadinessGate
  conditionType! string
HostAlias
  ip! string
  hostnames [string]
Toleration
  key string
  operator string
  value string
  effect string
  tolerationSeconds int64
TopologySpreadConstraint
  maxSkew! int32
  topologyKey! string
  whenUnsatisfiable! string
  labelSelector LabelSelector
  minDomains int32
  nodeAffinityPolicy string
  nodeTaintsPolicy string
  matchLabelKeys [string]
Container
  name! string
  image string
  command [string]
  args [string]
  workingDir string
  ports [ContainerPort] key=containerPort,protocol
  envFrom [EnvFromSource]
  env [EnvVar] key=name
  resources ResourceRequirements
  resizePolicy [ContainerResizePolicy]
  restartPolicy string
  restartPolicyRules [any]
  volumeMounts [VolumeMount] key=mountPath
  volumeDevices [VolumeDevice] key=devicePath
  livenessProbe Probe
  readinessProbe Probe
  startupProbe Probe
  lifecycle any
  terminationMessagePath string
  terminationMessagePolicy string
  imagePullPolicy string
  securityContext any
  stdin bool
  stdinOnce bool
  tty bool
ContainerPort
  name string
  hostPort int32
  containerPort! int32
  protocol string
  hostIP string
ContainerResizePolicy
  resourceName! string
  restartPolicy! string
EnvFromSource
  prefix string
  configMapRef ConfigMapEnvSource
  secretRef SecretEnvSource
ConfigMapEnvSource
  name string
  optional bool
SecretEnvSource
  name string
  optional bool
EnvVar
  name! string
  value string
  valueFrom any
ResourceRequirements
  limits {quantity}
  requests {quantity}
  claims [ResourceClaim] key=name
ResourceClaim
  name! string
  request string
VolumeMount
  name! string
  readOnly bool
  recursiveReadOnly string
  mountPath! string
  subPath string
  mountPropagation string
  subPathExpr string
VolumeDevice
  name! string
  devicePath! string
Probe
  exec ExecAction
  httpGet HTTPGetAction
  tcpSocket TCPSocketAction
  grpc GRPCAction
  initialDelaySeconds int32
  timeoutSeconds int32
  periodSeconds int32
  successThreshold int32
  failureThreshold int32
  terminationGracePeriodSeconds int64
ExecAction
  command [string]
HTTPGetAction
  path string
  port! intstr
  host string
  scheme string
  httpHeaders [HTTPHeader]
HTTPHeader
  name! string
  value! string
TCPSocketAction
  port! intstr
  host string
GRPCAction
  port! int32
  service string
Volume
  name! string
  hostPath any
  emptyDir EmptyDirVolumeSource
  gcePersistentDisk any
  awsElasticBlockStore any
  gitRepo any
  secret any
  nfs any
  iscsi any
  glusterfs any
  persistentVolumeClaim any
  rbd any
  flexVolume any
  cinder any
  cephfs any
  flocker any
  downwardAPI any
  fc any
  azureFile any
  configMap any
  vsphereVolume any
  quobyte any
  azureDisk any
  photonPersistentDisk any
  projected any
  portworxVolume any
  scaleIO any
  storageos any
  csi any
  ephemeral any
  image any
EmptyDirVolumeSource
  medium string
  sizeLimit quantity
)";
}

}  // namespace kubegauge::server
