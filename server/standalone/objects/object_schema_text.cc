#include "server/standalone/objects/schema_text.h"

namespace kubegauge::server {

std::string_view ObjectSchemaText() {
  return R"(
@ io.k8s.api.core.v1
Namespace
  apiVersion string
  kind string
  metadata ObjectMeta
  spec NamespaceSpec
  status NamespaceStatus
NamespaceSpec
  finalizers [string]
NamespaceStatus
  phase string
  conditions [any] key=type
Node
  apiVersion string
  kind string
  metadata ObjectMeta
  spec any
  status any
Pod
  apiVersion string
  kind string
  metadata ObjectMeta
  spec PodSpec
  status any
Event
  apiVersion string
  kind string
  metadata! ObjectMeta
  involvedObject! ObjectReference
  reason string
  message string
  source EventSource
  firstTimestamp time
  lastTimestamp time
  count int32
  type string
  eventTime microtime
  series EventSeries
  action string
  related ObjectReference
  reportingComponent string
  reportingInstance string
ObjectReference
  kind string
  namespace string
  name string
  uid string
  apiVersion string
  resourceVersion string
  fieldPath string
EventSource
  component string
  host string
EventSeries
  count int32
  lastObservedTime microtime
@ io.k8s.api.events.v1
Event
  apiVersion string
  kind string
  metadata ObjectMeta
  eventTime! microtime
  series EventSeries
  reportingController string
  reportingInstance string
  action string
  reason string
  regarding ObjectReference
  related ObjectReference
  note string
  type string
  deprecatedSource EventSource
  deprecatedFirstTimestamp time
  deprecatedLastTimestamp time
  deprecatedCount int32
EventSeries
  count! int32
  lastObservedTime! microtime
@ io.k8s.api.apps.v1
Deployment
  apiVersion string
  kind string
  metadata ObjectMeta
  spec DeploymentSpec
  status DeploymentStatus
DeploymentSpec
  replicas int32
  selector! LabelSelector
  template! PodTemplateSpec
  strategy DeploymentStrategy retain
  minReadySeconds int32
  revisionHistoryLimit int32
  paused bool
  progressDeadlineSeconds int32
DeploymentStrategy
  type string
  rollingUpdate RollingUpdateDeployment
RollingUpdateDeployment
  maxUnavailable intstr
  maxSurge intstr
DeploymentStatus
  observedGeneration int64
  replicas int32
  updatedReplicas int32
  readyReplicas int32
  availableReplicas int32
  unavailableReplicas int32
  terminatingReplicas int32
  conditions [DeploymentCondition] key=type
  collisionCount int32
DeploymentCondition
  type! string
  status! string
  lastUpdateTime time
  lastTransitionTime time
  reason string
  message string
ReplicaSet
  apiVersion string
  kind string
  metadata ObjectMeta
  spec ReplicaSetSpec
  status ReplicaSetStatus
ReplicaSetSpec
  replicas int32
  minReadySeconds int32
  selector! LabelSelector
  template PodTemplateSpec
ReplicaSetStatus
  replicas! int32
  fullyLabeledReplicas int32
  readyReplicas int32
  availableReplicas int32
  terminatingReplicas int32
  observedGeneration int64
  conditions [ReplicaSetCondition] key=type
ReplicaSetCondition
  type! string
  status! string
  lastTransitionTime time
  reason string
  message string
@ io.k8s.api.coordination.v1
Lease
  apiVersion string
  kind string
  metadata ObjectMeta
  spec LeaseSpec
LeaseSpec
  holderIdentity string
  leaseDurationSeconds int32
  acquireTime microtime
  renewTime microtime
  leaseTransitions int32
  strategy string
  preferredHolder string
@ io.k8s.api.autoscaling.v1
Scale
  apiVersion string
  kind string
  metadata ObjectMeta
  spec ScaleSpec
  status ScaleStatus
ScaleSpec
  replicas int32
ScaleStatus
  replicas! int32
  selector string
HorizontalPodAutoscaler
  apiVersion string
  kind string
  metadata ObjectMeta
  spec HorizontalPodAutoscalerSpec
  status HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec
  scaleTargetRef! CrossVersionObjectReference
  minReplicas int32
  maxReplicas! int32
  targetCPUUtilizationPercentage int32
HorizontalPodAutoscalerStatus
  observedGeneration int64
  lastScaleTime time
  currentReplicas! int32
  desiredReplicas! int32
  currentCPUUtilizationPercentage int32
CrossVersionObjectReference
  kind! string
  name! string
  apiVersion string
@ io.k8s.api.autoscaling.v2
HorizontalPodAutoscaler
  apiVersion string
  kind string
  metadata ObjectMeta
  spec HorizontalPodAutoscalerSpec
  status HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec
  scaleTargetRef! CrossVersionObjectReference
  minReplicas int32
  maxReplicas! int32
  metrics [MetricSpec] atomic
  behavior HorizontalPodAutoscalerBehavior
CrossVersionObjectReference
  kind! string
  name! string
  apiVersion string
MetricSpec
  type! string
  object ObjectMetricSource
  pods PodsMetricSource
  resource ResourceMetricSource
  containerResource ContainerResourceMetricSource
  external ExternalMetricSource
HorizontalPodAutoscalerBehavior
  scaleUp HPAScalingRules
  scaleDown HPAScalingRules
HPAScalingRules
  stabilizationWindowSeconds int32
  selectPolicy string
  policies [HPAScalingPolicy] atomic
  tolerance quantity
HPAScalingPolicy
  type! string
  value! int32
  periodSeconds! int32
ObjectMetricSource
  describedObject! CrossVersionObjectReference
  target! MetricTarget
  metric! MetricIdentifier
PodsMetricSource
  metric! MetricIdentifier
  target! MetricTarget
ResourceMetricSource
  name! string
  target! MetricTarget
ContainerResourceMetricSource
  name! string
  target! MetricTarget
  container! string
ExternalMetricSource
  metric! MetricIdentifier
  target! MetricTarget
MetricIdentifier
  name! string
  selector LabelSelector
MetricTarget
  type! string
  value quantity
  averageValue quantity
  averageUtilization int32
HorizontalPodAutoscalerStatus
  observedGeneration int64
  lastScaleTime time
  currentReplicas int32
  desiredReplicas! int32
  currentMetrics [MetricStatus] atomic
  conditions [HorizontalPodAutoscalerCondition] key=type
HorizontalPodAutoscalerCondition
  type! string
  status! string
  lastTransitionTime time
  reason string
  message string
MetricStatus
  type! string
  object ObjectMetricStatus
  pods PodsMetricStatus
  resource ResourceMetricStatus
  containerResource ContainerResourceMetricStatus
  external ExternalMetricStatus
ObjectMetricStatus
  metric! MetricIdentifier
  current! MetricValueStatus
  describedObject! CrossVersionObjectReference
PodsMetricStatus
  metric! MetricIdentifier
  current! MetricValueStatus
ResourceMetricStatus
  name! string
  current! MetricValueStatus
ContainerResourceMetricStatus
  name! string
  current! MetricValueStatus
  container! string
ExternalMetricStatus
  metric! MetricIdentifier
  current! MetricValueStatus
MetricValueStatus
  value quantity
  averageValue quantity
  averageUtilization int32
)";
}

}  // namespace kubegauge::server
