#include "autoscaler/pod_protobuf_decoder.h"

#include "autoscaler/wire_time.h"
#include "kube/metadata_fields.h"
#include "kube/protobuf_message.h"

namespace kubegauge::autoscaler {
namespace {

using kube::BytesField;
using kube::ProtobufMessage;
using kube::TakeBytes;

// A Time; upstream neither writes nor reads its nanoseconds.
int64_t ReadTime(std::string_view bytes) { return InstantOf(kube::FirstVarint(bytes)); }

// An entry of map<string, Quantity>.
ResourceField ReadResource(std::string_view bytes) {
  const auto [resource, quantity] = kube::ReadProtobufMapEntry(bytes);
  return {resource, std::string(kube::FirstBytes(quantity))};
}

// The requests of a ResourceRequirements.
void ReadRequests(std::string_view bytes, ResourceFields& requests) {
  protozero::pbf_reader requirements = ProtobufMessage(bytes);
  while (requirements.next(2, protozero::pbf_wire_type::length_delimited)) {
    requests.push_back(ReadResource(TakeBytes(requirements)));
  }
}

ContainerFields ReadContainer(std::string_view bytes) {
  ContainerFields container;
  protozero::pbf_reader message = ProtobufMessage(bytes);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case BytesField(1):
        container.name = TakeBytes(message);
        break;
      case BytesField(8):
        ReadRequests(TakeBytes(message), container.requests);
        break;
      case BytesField(24):
        container.restart_policy = TakeBytes(message);
        break;
      default:
        message.skip();
    }
  }
  return container;
}

void ReadMetadata(std::string_view bytes, PodFields& fields) {
  protozero::pbf_reader metadata = ProtobufMessage(bytes);
  while (metadata.next()) {
    switch (metadata.tag_and_type()) {
      case BytesField(1):
        fields.name = TakeBytes(metadata);
        break;
      case BytesField(3):
        fields.namespace_name = TakeBytes(metadata);
        break;
      case BytesField(9):
        fields.deleting = true;
        metadata.skip();
        break;
      case BytesField(11):
        fields.labels.push_back(kube::ReadProtobufMapEntry(TakeBytes(metadata)));
        break;
      default:
        metadata.skip();
    }
  }
}

void ReadSpec(std::string_view bytes, PodFields& fields) {
  protozero::pbf_reader spec = ProtobufMessage(bytes);
  while (spec.next()) {
    switch (spec.tag_and_type()) {
      case BytesField(2):
        fields.containers.push_back(ReadContainer(TakeBytes(spec)));
        break;
      case BytesField(20):
        fields.init_containers.push_back(ReadContainer(TakeBytes(spec)));
        break;
      case BytesField(32):
        fields.overhead.push_back(ReadResource(TakeBytes(spec)));
        break;
      case BytesField(40):
        ReadRequests(TakeBytes(spec), fields.pod_requests);
        break;
      default:
        spec.skip();
    }
  }
}

void ReadCondition(std::string_view bytes, PodFields& fields) {
  std::string_view type;
  std::string_view status;
  int64_t transition_ns = 0;
  protozero::pbf_reader condition = ProtobufMessage(bytes);
  while (condition.next()) {
    switch (condition.tag_and_type()) {
      case BytesField(1):
        type = TakeBytes(condition);
        break;
      case BytesField(2):
        status = TakeBytes(condition);
        break;
      case BytesField(4):
        transition_ns = ReadTime(TakeBytes(condition));
        break;
      default:
        condition.skip();
    }
  }
  if (type != "Ready" || fields.ready) return;
  fields.ready = status;
  fields.ready_transition_ns = transition_ns;
}

void ReadStatus(std::string_view bytes, PodFields& fields) {
  protozero::pbf_reader status = ProtobufMessage(bytes);
  while (status.next()) {
    switch (status.tag_and_type()) {
      case BytesField(1):
        fields.phase = TakeBytes(status);
        break;
      case BytesField(2):
        ReadCondition(TakeBytes(status), fields);
        break;
      case BytesField(7):
        fields.start_ns = ReadTime(TakeBytes(status));
        break;
      default:
        status.skip();
    }
  }
}

}  // namespace

absl::Status ReadProtobufPod(std::string_view bytes, PodFields& fields) {
  return kube::CatchMalformedProtobuf("a Pod", [&] {
    protozero::pbf_reader message = ProtobufMessage(bytes);
    while (message.next()) {
      switch (message.tag_and_type()) {
        case BytesField(1):
          ReadMetadata(TakeBytes(message), fields);
          break;
        case BytesField(2):
          ReadSpec(TakeBytes(message), fields);
          break;
        case BytesField(3):
          ReadStatus(TakeBytes(message), fields);
          break;
        default:
          message.skip();
      }
    }
  });
}

}  // namespace kubegauge::autoscaler
