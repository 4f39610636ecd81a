#include "server/standalone/objects/schema_text.h"

namespace kubegauge::server {

std::string_view PodSchemaText() {
  return R"(
@ io.k8s.apimachinery.pkg.apis.meta.v1
ObjectMeta
  name string #1
  generateName string #2
  namespace string #3
  selfLink string #4
  uid string #5
  resourceVersion string #6
  generation int64 omitzero #7
  creationTimestamp time #8
  deletionTimestamp time #9
  deletionGracePeriodSeconds int64 #10
  labels {string} #11
  annotations {string} #12
  ownerReferences [OwnerReference] key=uid #13
  finalizers [string] set #14
  managedFields [ManagedFieldsEntry] #17
OwnerReference atomic
  apiVersion! string #5
  kind! string #1
  name! string #3
  uid! string #4
  controller bool #6
  blockOwnerDeletion bool #7
ManagedFieldsEntry
  manager string #1
  operation string #2
  apiVersion string #3
  time time #4
  fieldsType string #6
  fieldsV1 any #7
  subresource string #8
DeleteOptions
  apiVersion string
  kind string
  gracePeriodSeconds int64 #1
  preconditions Preconditions #2
  orphanDependents bool #3
  propagationPolicy string #4
  dryRun [string] #5
  ignoreStoreReadErrorWithClusterBreakingPotential bool #6
Preconditions
  uid string #1
  resourceVersion string #2
LabelSelector atomic
  matchLabels {string} #1
  matchExpressions [LabelSelectorRequirement] #2
LabelSelectorRequirement
  key! string #1
  operator! string #2
  values [string] #3
@ io.k8s.api.core.v1
PodTemplateSpec
  metadata ObjectMeta #1
  spec PodSpec #2
PodSpec
  volumes [Volume] key=name retain #1
  initContainers [Container] key=name #20
  containers! [Container] key=name #2
  ephemeralContainers [any] key=name #34
  restartPolicy string #3
  terminationGracePeriodSeconds int64 #4
  activeDeadlineSeconds int64 #5
  dnsPolicy string #6
  nodeSelector {string} atomic #7
  serviceAccountName string #8
  serviceAccount string #9
  automountServiceAccountToken bool #21
  nodeName string #10
  hostNetwork bool omitzero #11
  hostPID bool omitzero #12
  hostIPC bool omitzero #13
  shareProcessNamespace bool #27
  securityContext any #14
  imagePullSecrets [LocalObjectReference] key=name #15
  hostname string #16
  subdomain string #17
  affinity any #18
  schedulerName string #19
  tolerations [Toleration] #22
  hostAliases [HostAlias] key=ip #23
  priorityClassName string #24
  priority int32 #25
  dnsConfig any #26
  readinessGates [PodReadinessGate] #28
  runtimeClassName string #29
  enableServiceLinks bool #30
  preemptionPolicy string #31
  overhead {quantity} #32
  topologySpreadConstraints [TopologySpreadConstraint] key=topologyKey,whenUnsatisfiable #33
  setHostnameAsFQDN bool #35
  os PodOS #36
  hostUsers bool #37
  schedulingGates [PodSchedulingGate] key=name #38
  resourceClaims [any] key=name retain #39
  resources ResourceRequirements #40
LocalObjectReference atomic
  name string #1
PodOS
  name! string #1
PodSchedulingGate
  name! string #1
PodReadinessGate
  conditionType! string #1
HostAlias
  ip! string #1
  hostnames [string] #2
Toleration
  key string #1
  operator string #2
  value string #3
  effect string #4
  tolerationSeconds int64 #5
TopologySpreadConstraint
  maxSkew! int32 #1
  topologyKey! string #2
  whenUnsatisfiable! string #3
  labelSelector LabelSelector #4
  minDomains int32 #5
  nodeAffinityPolicy string #6
  nodeTaintsPolicy string #7
  matchLabelKeys [string] #8
Container
  name! string #1
  image string #2
  command [string] #3
  args [string] #4
  workingDir string #5
  ports [ContainerPort] key=containerPort,protocol #6
  envFrom [EnvFromSource] #19
  env [EnvVar] key=name #7
  resources ResourceRequirements #8
  resizePolicy [ContainerResizePolicy] #23
  restartPolicy string #24
  restartPolicyRules [any] #25
  volumeMounts [VolumeMount] key=mountPath #9
  volumeDevices [VolumeDevice] key=devicePath #21
  livenessProbe Probe #10
  readinessProbe Probe #11
  startupProbe Probe #22
  lifecycle any #12
  terminationMessagePath string #13
  terminationMessagePolicy string #20
  imagePullPolicy string #14
  securityContext any #15
  stdin bool omitzero #16
  stdinOnce bool omitzero #17
  tty bool omitzero #18
ContainerPort
  name string #1
  hostPort int32 omitzero #2
  containerPort! int32 #3
  protocol string #4
  hostIP string #5
ContainerResizePolicy
  resourceName! string #1
  restartPolicy! string #2
EnvFromSource
  prefix string #1
  configMapRef ConfigMapEnvSource #2
  secretRef SecretEnvSource #3
ConfigMapEnvSource
  name string
  optional bool #2
SecretEnvSource
  name string
  optional bool #2
EnvVar
  name! string #1
  value string omitzero #2
  valueFrom any #3
ResourceRequirements
  limits {quantity} #1
  requests {quantity} #2
  claims [ResourceClaim] key=name #3
ResourceClaim
  name! string #1
  request string #2
VolumeMount
  name! string #1
  readOnly bool omitzero #2
  recursiveReadOnly string #7
  mountPath! string #3
  subPath string #4
  mountPropagation string #5
  subPathExpr string #6
VolumeDevice
  name! string #1
  devicePath! string #2
Probe
  exec ExecAction
  httpGet HTTPGetAction
  tcpSocket TCPSocketAction
  grpc GRPCAction
  initialDelaySeconds int32 omitzero #2
  timeoutSeconds int32 omitzero #3
  periodSeconds int32 omitzero #4
  successThreshold int32 omitzero #5
  failureThreshold int32 omitzero #6
  terminationGracePeriodSeconds int64 #7
ExecAction
  command [string] #1
HTTPGetAction
  path string #1
  port! intstr #2
  host string #3
  scheme string #4
  httpHeaders [HTTPHeader] #5
HTTPHeader
  name! string #1
  value! string #2
TCPSocketAction
  port! intstr #1
  host string #2
GRPCAction
  port! int32 #1
  service string #2
Volume
  name! string #1
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
  medium string #1
  sizeLimit quantity #2
)";
}

}  // namespace kubegauge::server
