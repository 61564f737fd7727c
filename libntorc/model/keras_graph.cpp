#include "model/keras_graph.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>

#include "model/keras_layer.hpp"
#include "ntorc/error.hpp"

namespace ntorc::model {
namespace {

using support::JsonReader;

struct Node {
  std::string label;
  std::optional<std::string> from;      ///< the layer whose output it takes
  std::optional<std::size_t> consumer;  ///< the layer that takes its output
};

[[noreturn]] void fail(const Node& node, std::string_view sentence) {
  throw ParseError(fmt::format("{}: {}", node.label, sentence));
}

/// The layer in ["conv", 0, 0] or ["conv", 0, 0, {}]: its first call and its first output, as a chain has no others.
std::string read_tensor(const JsonReader& tensor) {
  const auto items = tensor.items();
  if (items.size() < 3 || items.size() > 4) tensor.fail("a layer name and two indices");
  for (const std::size_t i : {1, 2}) {
    if (items[i].integer() != 0) items[i].fail("0, as no layer of a chain is used twice");
  }
  return items[0].text();
}

/// Arguments of a call beside its tensor.
void expect_plain_call(const JsonReader& arguments) {
  for (const auto& [key, value] : arguments.members()) {
    const bool harmless = value.value().is_null() || (key == "training" && value.value() == false);
    if (!harmless || (key != "training" && key != "mask")) value.fail("no such argument of a layer");
  }
}

/// The tensors of one call in Keras 2's form, where a single one may stand without its list.
std::vector<std::string> read_call_list(const JsonReader& call) {
  const auto items = call.items();
  if (!items.empty() && items[0].value().is_string()) {
    if (items.size() == 4) expect_plain_call(items[3]);
    return {read_tensor(call)};
  }
  std::vector<std::string> from;
  for (const JsonReader& tensor : items) {
    from.push_back(read_tensor(tensor));
    if (tensor.value().size() == 4) expect_plain_call(tensor.items()[3]);
  }
  return from;
}

/// The tensors of one call in Keras 3's form; those of a layer that merges stand in a list of their own.
std::vector<std::string> read_call_object(const JsonReader& call) {
  call.only({"args", "kwargs"});
  std::vector<std::string> from;
  const auto add = [&](const JsonReader& tensor) {
    if (tensor.at("class_name").text() != "__keras_tensor__") tensor.fail("a tensor of another layer");
    from.push_back(read_tensor(tensor.at("config").at("keras_history")));
  };
  for (const JsonReader& argument : call.at("args").items()) {
    if (argument.value().is_array()) {
      for (const JsonReader& tensor : argument.items()) add(tensor);
    } else {
      add(argument);
    }
  }
  if (const auto kwargs = call.find("kwargs")) expect_plain_call(*kwargs);
  return from;
}

std::optional<std::string> read_predecessor(const JsonReader& entry, const Node& node) {
  const auto calls = entry.at("inbound_nodes").items();
  if (calls.empty()) {
    if (entry.at("class_name").text() != "InputLayer") fail(node, "expected an input, found none");
    return std::nullopt;
  }
  if (calls.size() > 1)
    fail(node, fmt::format("expected one use of the layer, found {}: ntorc reads chains", calls.size()));
  const JsonReader labelled(calls[0].value(), node.label);
  const auto from = calls[0].value().is_object() ? read_call_object(labelled) : read_call_list(labelled);
  if (from.size() != 1) fail(node, fmt::format("expected one input, found {}: ntorc reads chains", from.size()));
  if (entry.at("class_name").text() == "InputLayer") fail(node, "expected no input of an input layer, found one");
  return from[0];
}

/// The one layer of "input_layers" or "output_layers": [["x", 0, 0]], or ["x", 0, 0] where Keras 3 had no list.
std::string read_end(const JsonReader& ends) {
  const auto items = ends.items();
  if (!items.empty() && items[0].value().is_string()) return read_tensor(ends);
  if (items.size() != 1) ends.fail("one layer, as ntorc reads chains");
  return read_tensor(items[0]);
}

}  // namespace

std::vector<std::size_t> chain_order(const JsonReader& config, std::string_view file) {
  const auto entries = config.at("layers").items();
  std::vector<Node> nodes;
  std::map<std::string, std::size_t> index_of;
  for (const JsonReader& entry : entries) {
    const std::string name = entry.at("config").at("name").text();
    const auto own = entry.find("name");
    if (own && own->text() != name) own->fail("the name in the layer's config");
    Node node{keras_label(entry, file), {}, {}};
    if (!index_of.emplace(name, nodes.size()).second)
      fail(node, "expected a name of its own, found a second such layer");
    node.from = read_predecessor(entry, node);
    nodes.push_back(std::move(node));
  }
  const auto find = [&](const std::string& name, const std::string& place) {
    const auto found = index_of.find(name);
    if (found != index_of.end()) return found->second;
    throw ParseError(fmt::format("{}: expected a layer of the model, found \"{}\"", place, name));
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].from) continue;
    Node& source = nodes[find(*nodes[i].from, nodes[i].label)];
    if (source.consumer) fail(source, "expected one layer to follow, found two: ntorc reads chains");
    source.consumer = i;
  }
  const std::size_t first = find(read_end(config.at("input_layers")), fmt::format("{}: input_layers", file));
  const std::size_t last = find(read_end(config.at("output_layers")), fmt::format("{}: output_layers", file));
  if (nodes[last].consumer) fail(nodes[last], "expected the output to be the last layer, found another behind it");

  // Each layer has one source and one consumer, so the walk can only end; what it leaves out is no part of the chain.
  std::vector<std::size_t> order;
  std::vector<bool> seen(nodes.size(), false);
  for (std::optional<std::size_t> at = first; at && !seen[*at]; at = nodes[*at].consumer) {
    seen[*at] = true;
    order.push_back(*at);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!seen[i]) fail(nodes[i], "expected a layer between the input and the output, found it apart");
  }
  return order;
}

}  // namespace ntorc::model
