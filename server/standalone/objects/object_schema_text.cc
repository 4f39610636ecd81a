#include "server/standalone/objects/schema_text.h"

namespace kubegauge::server {

std::string_view ObjectSchemaText() {
  return R"(
@ io.k8s.api.core.v1
Namespace
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec NamespaceSpec #2
  status NamespaceStatus #3
NamespaceSpec
  finalizers [string] #1
NamespaceStatus
  phase string #1
  conditions [any] key=type #2
Node
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec any #2
  status any #3
Pod
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec PodSpec #2
  status any #3
Service
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec any #2
  status any #3
Event
  apiVersion string
  kind string
  metadata! ObjectMeta #1
  involvedObject! ObjectReference #2
  reason string #3
  message string #4
  source EventSource #5
  firstTimestamp time #6
  lastTimestamp time #7
  count int32 omitzero #8
  type string #9
  eventTime microtime #10
  series EventSeries #11
  action string #12
  related ObjectReference #13
  reportingComponent string #14
  reportingInstance string #15
ObjectReference atomic
  kind string #1
  namespace string #2
  name string #3
  uid string #4
  apiVersion string #5
  resourceVersion string #6
  fieldPath string #7
EventSource
  component string #1
  host string #2
EventSeries
  count int32 omitzero #1
  lastObservedTime microtime #2
@ io.k8s.api.events.v1
Event
  apiVersion string
  kind string
  metadata ObjectMeta #1
  eventTime! microtime #2
  series EventSeries #3
  reportingController string #4
  reportingInstance string #5
  action string #6
  reason string #7
  regarding ObjectReference #8
  related ObjectReference #9
  note string #10
  type string #11
  deprecatedSource EventSource #12
  deprecatedFirstTimestamp time #13
  deprecatedLastTimestamp time #14
  deprecatedCount int32 omitzero #15
EventSeries
  count! int32 #1
  lastObservedTime! microtime #2
@ io.k8s.api.authentication.v1
SelfSubjectReview
  apiVersion string
  kind string
  metadata ObjectMeta #1
  status SelfSubjectReviewStatus #2
SelfSubjectReviewStatus
  userInfo UserInfo #1
UserInfo
  username string #1
  uid string #2
  groups [string] atomic #3
  extra {any} #4
@ io.k8s.api.authorization.v1
SelfSubjectAccessReview
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec! SelfSubjectAccessReviewSpec #2
  status SubjectAccessReviewStatus #3
SelfSubjectAccessReviewSpec
  resourceAttributes ResourceAttributes #1
  nonResourceAttributes NonResourceAttributes #2
ResourceAttributes
  namespace string #1
  verb string #2
  group string #3
  version string #4
  resource string #5
  subresource string #6
  name string #7
  fieldSelector any #8
  labelSelector any #9
NonResourceAttributes
  path string #1
  verb string #2
SubjectAccessReviewStatus
  allowed! bool #1
  denied bool #4
  reason string #2
  evaluationError string #3
SelfSubjectRulesReview
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec! SelfSubjectRulesReviewSpec #2
  status SubjectRulesReviewStatus #3
SelfSubjectRulesReviewSpec
  namespace string #1
SubjectRulesReviewStatus
  resourceRules! [ResourceRule] atomic #1
  nonResourceRules! [NonResourceRule] atomic #2
  incomplete! bool #3
  evaluationError string #4
ResourceRule
  verbs! [string] atomic #1
  apiGroups [string] atomic #2
  resources [string] atomic #3
  resourceNames [string] atomic #4
NonResourceRule
  verbs! [string] atomic #1
  nonResourceURLs [string] atomic #2
@ io.k8s.api.apps.v1
Deployment
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec DeploymentSpec #2
  status DeploymentStatus #3
DeploymentSpec
  replicas int32 #1
  selector! LabelSelector #2
  template! PodTemplateSpec #3
  strategy DeploymentStrategy retain #4
  minReadySeconds int32 omitzero #5
  revisionHistoryLimit int32 #6
  paused bool omitzero #7
  progressDeadlineSeconds int32 #9
DeploymentStrategy
  type string #1
  rollingUpdate RollingUpdateDeployment #2
RollingUpdateDeployment
  maxUnavailable intstr #1
  maxSurge intstr #2
DeploymentStatus
  observedGeneration int64 #1
  replicas int32 #2
  updatedReplicas int32 #3
  readyReplicas int32 #7
  availableReplicas int32 #4
  unavailableReplicas int32 #5
  terminatingReplicas int32 #9
  conditions [DeploymentCondition] key=type #6
  collisionCount int32 #8
DeploymentCondition
  type! string #1
  status! string #2
  lastUpdateTime time #6
  lastTransitionTime time #7
  reason string #4
  message string #5
ReplicaSet
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec ReplicaSetSpec #2
  status ReplicaSetStatus #3
ReplicaSetSpec
  replicas int32 #1
  minReadySeconds int32 omitzero #4
  selector! LabelSelector #2
  template PodTemplateSpec #3
ReplicaSetStatus
  replicas! int32 #1
  fullyLabeledReplicas int32 #2
  readyReplicas int32 #4
  availableReplicas int32 #5
  terminatingReplicas int32 #7
  observedGeneration int64 #3
  conditions [ReplicaSetCondition] key=type #6
ReplicaSetCondition
  type! string #1
  status! string #2
  lastTransitionTime time #3
  reason string #4
  message string #5
@ io.k8s.api.coordination.v1
Lease
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec LeaseSpec #2
LeaseSpec
  holderIdentity string #1
  leaseDurationSeconds int32 #2
  acquireTime microtime #3
  renewTime microtime #4
  leaseTransitions int32 #5
  strategy string #6
  preferredHolder string #7
@ io.k8s.api.autoscaling.v1
Scale
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec ScaleSpec #2
  status ScaleStatus #3
ScaleSpec
  replicas int32 #1
ScaleStatus
  replicas! int32 #1
  selector string #2
HorizontalPodAutoscaler
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec HorizontalPodAutoscalerSpec #2
  status HorizontalPodAutoscalerStatus #3
HorizontalPodAutoscalerSpec
  scaleTargetRef! CrossVersionObjectReference #1
  minReplicas int32 #2
  maxReplicas! int32 #3
  targetCPUUtilizationPercentage int32 #4
HorizontalPodAutoscalerStatus
  observedGeneration int64 #1
  lastScaleTime time #2
  currentReplicas! int32 #3
  desiredReplicas! int32 #4
  currentCPUUtilizationPercentage int32 #5
CrossVersionObjectReference atomic
  kind! string #1
  name! string #2
  apiVersion string #3
@ io.k8s.api.autoscaling.v2
HorizontalPodAutoscaler
  apiVersion string
  kind string
  metadata ObjectMeta #1
  spec HorizontalPodAutoscalerSpec #2
  status HorizontalPodAutoscalerStatus #3
HorizontalPodAutoscalerSpec
  scaleTargetRef! CrossVersionObjectReference #1
  minReplicas int32 #2
  maxReplicas! int32 #3
  metrics [MetricSpec] atomic #4
  behavior HorizontalPodAutoscalerBehavior #5
CrossVersionObjectReference
  kind! string #1
  name! string #2
  apiVersion string #3
MetricSpec
  type! string #1
  object ObjectMetricSource #2
  pods PodsMetricSource #3
  resource ResourceMetricSource #4
  containerResource ContainerResourceMetricSource #7
  external ExternalMetricSource #5
HorizontalPodAutoscalerBehavior
  scaleUp HPAScalingRules #1
  scaleDown HPAScalingRules #2
HPAScalingRules
  stabilizationWindowSeconds int32 #3
  selectPolicy string #1
  policies [HPAScalingPolicy] atomic #2
  tolerance quantity #4
HPAScalingPolicy
  type! string #1
  value! int32 #2
  periodSeconds! int32 #3
ObjectMetricSource
  describedObject! CrossVersionObjectReference #1
  target! MetricTarget #2
  metric! MetricIdentifier #3
PodsMetricSource
  metric! MetricIdentifier #1
  target! MetricTarget #2
ResourceMetricSource
  name! string #1
  target! MetricTarget #2
ContainerResourceMetricSource
  name! string #1
  target! MetricTarget #2
  container! string #3
ExternalMetricSource
  metric! MetricIdentifier #1
  target! MetricTarget #2
MetricIdentifier
  name! string #1
  selector LabelSelector #2
MetricTarget
  type! string #1
  value quantity #2
  averageValue quantity #3
  averageUtilization int32 #4
HorizontalPodAutoscalerStatus
  observedGeneration int64 #1
  lastScaleTime time #2
  currentReplicas int32 omitzero #3
  desiredReplicas! int32 #4
  currentMetrics [MetricStatus] atomic #5
  conditions [HorizontalPodAutoscalerCondition] key=type #6
HorizontalPodAutoscalerCondition
  type! string #1
  status! string #2
  lastTransitionTime time #3
  reason string #4
  message string #5
MetricStatus
  type! string #1
  object ObjectMetricStatus #2
  pods PodsMetricStatus #3
  resource ResourceMetricStatus #4
  containerResource ContainerResourceMetricStatus #7
  external ExternalMetricStatus #5
ObjectMetricStatus
  metric! MetricIdentifier #1
  current! MetricValueStatus #2
  describedObject! CrossVersionObjectReference #3
PodsMetricStatus
  metric! MetricIdentifier #1
  current! MetricValueStatus #2
ResourceMetricStatus
  name! string #1
  current! MetricValueStatus #2
ContainerResourceMetricStatus
  name! string #1
  current! MetricValueStatus #2
  container! string #3
ExternalMetricStatus
  metric! MetricIdentifier #1
  current! MetricValueStatus #2
MetricValueStatus
  value quantity #1
  averageValue quantity #2
  averageUtilization int32 #3
)";
}

}  // namespace kubegauge::server
