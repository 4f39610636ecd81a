#include "apiservice/openapi_protobuf.h"

#include <cstdint>
#include <span>
#include <string_view>

#include "apiservice/protobuf_message.h"
#include "apiservice/yaml_text.h"

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::json;

enum class Kind {
  kString,
  kBool,
  kStrings,
  kMessage,   // of an object
  kMessages,  // of an array of objects
  kNamed,     // of an object: for each member a message of its key (1) and its value (2)
  kVariant,   // the object itself as another message, if it is what `when` wants
  kDefault,   // of a value: a message of a bool (2) or a text (3), empty for anything else
};

struct Message;

// How one member of an object becomes a field.
struct Field {
  uint32_t number;
  std::string_view key;  // empty for kVariant, and for a kNamed that is all of the object
  Kind kind;
  const Message* message = nullptr;
  bool (*when)(const Json&) = nullptr;
};

// How an object becomes a message. Members `x-…` are extensions.
struct Message {
  std::span<const Field> fields;  // by number
  uint32_t extensions = 0;        // the field for them; 0: there is none
};

ProtobufMessage Write(const Json& json, const Message& message);

ProtobufMessage DefaultMessage(const Json& value) {
  ProtobufMessage message;
  if (value.is_boolean()) message.Varint(2, value.get<bool>() ? 1 : 0);
  if (value.is_string()) message.Bytes(3, value.get_ref<const std::string&>());
  return message;
}

void WriteField(const Json& json, const Field& field, ProtobufMessage& out) {
  switch (field.kind) {
    case Kind::kString:
      out.Bytes(field.number, json.get<std::string>());
      return;
    case Kind::kBool:
      if (json.get<bool>()) out.Varint(field.number, 1);
      return;
    case Kind::kStrings:
      if (json.is_string()) out.Bytes(field.number, json.get<std::string>());
      if (!json.is_array()) return;
      for (const Json& text : json) out.Bytes(field.number, text.get<std::string>());
      return;
    case Kind::kMessage:
    case Kind::kVariant:
      out.Message(field.number, Write(json, *field.message));
      return;
    case Kind::kMessages:
      for (const Json& element : json) out.Message(field.number, Write(element, *field.message));
      return;
    case Kind::kDefault:
      out.Message(field.number, DefaultMessage(json));
      return;
    case Kind::kNamed:
      for (const auto& [name, value] : json.items()) {
        if (name.starts_with("x-")) continue;
        out.Message(field.number,
                    ProtobufMessage().Bytes(1, name).Message(2, Write(value, *field.message)));
      }
      return;
  }
}

// Extensions are kept as YAML.
void WriteExtensions(const Json& json, uint32_t number, ProtobufMessage& out) {
  for (const auto& [name, value] : json.items()) {
    if (!name.starts_with("x-")) continue;
    std::string yaml;
    AppendYaml(value, yaml);
    out.Message(number,
                ProtobufMessage().Bytes(1, name).Message(2, ProtobufMessage().Bytes(2, yaml)));
  }
}

ProtobufMessage Write(const Json& json, const Message& message) {
  ProtobufMessage out;
  for (const Field& field : message.fields) {
    if (field.key.empty()) {
      // A text can stand for a message that only wraps it.
      if (field.when == nullptr || field.when(json)) WriteField(json, field, out);
    } else if (json.contains(field.key)) {
      WriteField(json.at(std::string(field.key)), field, out);
    }
  }
  if (message.extensions > 0) WriteExtensions(json, message.extensions, out);
  return out;
}

bool IsReference(const Json& json) { return json.contains("$ref"); }
bool IsNoReference(const Json& json) { return !IsReference(json); }
bool IsInQuery(const Json& json) { return json.at("in") == "query"; }
bool IsInPath(const Json& json) { return json.at("in") == "path"; }

extern const Message kV2Schema;
extern const Message kV3SchemaOrReference;

// openapi.v2, in the order of use.
constexpr Field kV2TypeFields[] = {{1, "", Kind::kStrings}};
constexpr Message kV2Type = {kV2TypeFields};
constexpr Field kV2OneSchemaFields[] = {{1, "", Kind::kVariant, &kV2Schema}};
constexpr Message kV2OneSchema = {kV2OneSchemaFields};
constexpr Field kV2SchemasFields[] = {{1, "", Kind::kNamed, &kV2Schema}};
constexpr Message kV2Schemas = {kV2SchemasFields};
constexpr Field kV2SchemaFields[] = {{1, "$ref", Kind::kString},
                                     {2, "format", Kind::kString},
                                     {4, "description", Kind::kString},
                                     {19, "required", Kind::kStrings},
                                     {21, "additionalProperties", Kind::kMessage, &kV2OneSchema},
                                     {22, "type", Kind::kMessage, &kV2Type},
                                     {23, "items", Kind::kMessage, &kV2OneSchema},
                                     {25, "properties", Kind::kMessage, &kV2Schemas}};
constexpr Message kV2Schema = {kV2SchemaFields, 31};

constexpr Field kV2PathParameterFields[] = {
    {1, "required", Kind::kBool}, {2, "in", Kind::kString},   {3, "description", Kind::kString},
    {4, "name", Kind::kString},   {5, "type", Kind::kString}, {19, "uniqueItems", Kind::kBool}};
constexpr Message kV2PathParameter = {kV2PathParameterFields, 22};
constexpr Field kV2QueryParameterFields[] = {
    {1, "required", Kind::kBool}, {2, "in", Kind::kString},   {3, "description", Kind::kString},
    {4, "name", Kind::kString},   {6, "type", Kind::kString}, {20, "uniqueItems", Kind::kBool}};
constexpr Message kV2QueryParameter = {kV2QueryParameterFields, 23};
constexpr Field kV2NonBodyFields[] = {{3, "", Kind::kVariant, &kV2QueryParameter, IsInQuery},
                                      {4, "", Kind::kVariant, &kV2PathParameter, IsInPath}};
constexpr Message kV2NonBody = {kV2NonBodyFields};
constexpr Field kV2ParameterFields[] = {{2, "", Kind::kVariant, &kV2NonBody}};
constexpr Message kV2Parameter = {kV2ParameterFields};
constexpr Field kV2ReferenceFields[] = {{1, "$ref", Kind::kString}};
constexpr Message kV2Reference = {kV2ReferenceFields};
constexpr Field kV2ParameterItemFields[] = {{1, "", Kind::kVariant, &kV2Parameter, IsNoReference},
                                            {2, "", Kind::kVariant, &kV2Reference, IsReference}};
constexpr Message kV2ParameterItem = {kV2ParameterItemFields};
constexpr Field kV2ParametersFields[] = {{1, "", Kind::kNamed, &kV2Parameter}};
constexpr Message kV2Parameters = {kV2ParametersFields};

constexpr Field kV2ResponseFields[] = {{1, "description", Kind::kString},
                                       {2, "schema", Kind::kMessage, &kV2OneSchema}};
constexpr Message kV2Response = {kV2ResponseFields, 5};
constexpr Field kV2ResponseValueFields[] = {{1, "", Kind::kVariant, &kV2Response}};
constexpr Message kV2ResponseValue = {kV2ResponseValueFields};
constexpr Field kV2ResponsesFields[] = {{1, "", Kind::kNamed, &kV2ResponseValue}};
constexpr Message kV2Responses = {kV2ResponsesFields, 2};
constexpr Field kV2OperationFields[] = {{1, "tags", Kind::kStrings},
                                        {3, "description", Kind::kString},
                                        {5, "operationId", Kind::kString},
                                        {6, "produces", Kind::kStrings},
                                        {7, "consumes", Kind::kStrings},
                                        {8, "parameters", Kind::kMessages, &kV2ParameterItem},
                                        {9, "responses", Kind::kMessage, &kV2Responses},
                                        {10, "schemes", Kind::kStrings}};
constexpr Message kV2Operation = {kV2OperationFields, 13};
constexpr Field kV2PathFields[] = {{2, "get", Kind::kMessage, &kV2Operation},
                                   {4, "post", Kind::kMessage, &kV2Operation},
                                   {8, "patch", Kind::kMessage, &kV2Operation},
                                   {9, "parameters", Kind::kMessages, &kV2ParameterItem}};
constexpr Message kV2Path = {kV2PathFields, 10};
constexpr Field kV2PathsFields[] = {{2, "", Kind::kNamed, &kV2Path}};
constexpr Message kV2Paths = {kV2PathsFields, 0};
constexpr Field kV2InfoFields[] = {{1, "title", Kind::kString}, {2, "version", Kind::kString}};
constexpr Message kV2Info = {kV2InfoFields, 7};
constexpr Field kV2DocumentFields[] = {{1, "swagger", Kind::kString},
                                       {2, "info", Kind::kMessage, &kV2Info},
                                       {8, "paths", Kind::kMessage, &kV2Paths},
                                       {9, "definitions", Kind::kMessage, &kV2Schemas},
                                       {10, "parameters", Kind::kMessage, &kV2Parameters}};
constexpr Message kV2Document = {kV2DocumentFields, 16};

// openapi.v3, likewise.
constexpr Field kV3ReferenceFields[] = {{1, "$ref", Kind::kString}};
constexpr Message kV3Reference = {kV3ReferenceFields};
constexpr Field kV3OneSchemaFields[] = {{1, "", Kind::kVariant, &kV3SchemaOrReference}};
constexpr Message kV3OneSchema = {kV3OneSchemaFields};
constexpr Field kV3SchemasFields[] = {{1, "", Kind::kNamed, &kV3SchemaOrReference}};
constexpr Message kV3Schemas = {kV3SchemasFields};
constexpr Field kV3SchemaFields[] = {{20, "uniqueItems", Kind::kBool},
                                     {23, "required", Kind::kStrings},
                                     {25, "type", Kind::kString},
                                     {26, "allOf", Kind::kMessages, &kV3SchemaOrReference},
                                     {27, "oneOf", Kind::kMessages, &kV3SchemaOrReference},
                                     {30, "items", Kind::kMessage, &kV3OneSchema},
                                     {31, "properties", Kind::kMessage, &kV3Schemas},
                                     {32, "additionalProperties", Kind::kMessage, &kV3OneSchema},
                                     {33, "default", Kind::kDefault},
                                     {34, "description", Kind::kString},
                                     {35, "format", Kind::kString}};
constexpr Message kV3Schema = {kV3SchemaFields, 36};
constexpr Field kV3SchemaOrReferenceFields[] = {
    {1, "", Kind::kVariant, &kV3Schema, IsNoReference},
    {2, "", Kind::kVariant, &kV3Reference, IsReference}};
constexpr Message kV3SchemaOrReference = {kV3SchemaOrReferenceFields};

constexpr Field kV3ParameterFields[] = {{1, "name", Kind::kString},
                                        {2, "in", Kind::kString},
                                        {3, "description", Kind::kString},
                                        {4, "required", Kind::kBool},
                                        {10, "schema", Kind::kMessage, &kV3SchemaOrReference}};
constexpr Message kV3Parameter = {kV3ParameterFields, 14};
constexpr Field kV3ParameterItemFields[] = {{1, "", Kind::kVariant, &kV3Parameter}};
constexpr Message kV3ParameterItem = {kV3ParameterItemFields};
constexpr Field kV3MediaTypeFields[] = {{1, "schema", Kind::kMessage, &kV3SchemaOrReference}};
constexpr Message kV3MediaType = {kV3MediaTypeFields, 5};
constexpr Field kV3MediaTypesFields[] = {{1, "", Kind::kNamed, &kV3MediaType}};
constexpr Message kV3MediaTypes = {kV3MediaTypesFields};
constexpr Field kV3ResponseFields[] = {{1, "description", Kind::kString},
                                       {3, "content", Kind::kMessage, &kV3MediaTypes}};
constexpr Message kV3Response = {kV3ResponseFields, 5};
constexpr Field kV3ResponseItemFields[] = {{1, "", Kind::kVariant, &kV3Response}};
constexpr Message kV3ResponseItem = {kV3ResponseItemFields};
constexpr Field kV3ResponsesFields[] = {{2, "", Kind::kNamed, &kV3ResponseItem}};
constexpr Message kV3Responses = {kV3ResponsesFields, 3};
constexpr Field kV3OperationFields[] = {{1, "tags", Kind::kStrings},
                                        {3, "description", Kind::kString},
                                        {5, "operationId", Kind::kString},
                                        {6, "parameters", Kind::kMessages, &kV3ParameterItem},
                                        {8, "responses", Kind::kMessage, &kV3Responses}};
constexpr Message kV3Operation = {kV3OperationFields, 13};
constexpr Field kV3PathFields[] = {{4, "get", Kind::kMessage, &kV3Operation},
                                   {6, "post", Kind::kMessage, &kV3Operation},
                                   {10, "patch", Kind::kMessage, &kV3Operation},
                                   {13, "parameters", Kind::kMessages, &kV3ParameterItem}};
constexpr Message kV3Path = {kV3PathFields, 14};
constexpr Field kV3PathsFields[] = {{1, "", Kind::kNamed, &kV3Path}};
constexpr Message kV3Paths = {kV3PathsFields, 2};
constexpr Field kV3InfoFields[] = {{1, "title", Kind::kString}, {6, "version", Kind::kString}};
constexpr Message kV3Info = {kV3InfoFields, 7};
constexpr Field kV3ComponentsFields[] = {{1, "schemas", Kind::kMessage, &kV3Schemas}};
constexpr Message kV3Components = {kV3ComponentsFields, 10};
constexpr Field kV3DocumentFields[] = {{1, "openapi", Kind::kString},
                                       {2, "info", Kind::kMessage, &kV3Info},
                                       {4, "paths", Kind::kMessage, &kV3Paths},
                                       {5, "components", Kind::kMessage, &kV3Components}};
constexpr Message kV3Document = {kV3DocumentFields, 9};

}  // namespace

std::string OpenApiV2Protobuf(const Json& document) { return Write(document, kV2Document).bytes(); }

std::string OpenApiV3Protobuf(const Json& document) { return Write(document, kV3Document).bytes(); }

}  // namespace kubegauge::apiservice
