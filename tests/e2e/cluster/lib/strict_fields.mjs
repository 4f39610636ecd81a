// Whether an object has only fields that its kind has, by the models of @kubernetes/client-node, which
// are generated from Kubernetes' own OpenAPI document.
import * as models from '@kubernetes/client-node';

const modelName = (kind, apiVersion) => {
  const version = apiVersion.split('/').at(-1);
  return version[0].toUpperCase() + version.slice(1) + kind;
};

function unknownFieldsOf(type, value, path) {
  if (value === null || value === undefined) return [];
  const list = /^Array<(.+)>$/.exec(type);
  if (list) return value.flatMap((item, i) => unknownFieldsOf(list[1], item, `${path}[${i}]`));
  const model = models[type];
  if (typeof model?.getAttributeTypeMap !== 'function') return [];
  const attributes = new Map(model.getAttributeTypeMap().map((entry) => [entry.baseName, entry.type]));
  return Object.entries(value).flatMap(([key, item]) =>
    (attributes.has(key) ? unknownFieldsOf(attributes.get(key), item, `${path}.${key}`) : [`${path}.${key}`]));
}

export function unknownFields(object) {
  const type = modelName(object.kind, object.apiVersion);
  if (!models[type]) return [`no such kind: ${type}`];
  return unknownFieldsOf(type, object, object.kind);
}
