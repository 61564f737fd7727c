#include "model/keras_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "model/keras_layer.hpp"
#include "ntorc/error.hpp"

namespace ntorc::model {
namespace {

using support::JsonReader;

struct Node {
  std::string label;
  bool is_input = false;
  std::vector<std::string> from;     ///< the layers whose output it takes
  std::vector<std::size_t> sources;  ///< the same, by their places in the file
};

[[noreturn]] void fail(const Node& node, std::string_view sentence) {
  throw ParseError(fmt::format("{}: {}", node.label, sentence));
}

/// The layer in ["conv", 0, 0] or ["conv", 0, 0, {}]: its first call and its first output, as there are no others.
std::string read_tensor(const JsonReader& tensor) {
  const auto items = tensor.items();
  if (items.size() < 3 || items.size() > 4) tensor.fail("a layer name and two indices");
  for (const std::size_t i : {1, 2}) {
    if (items[i].integer() != 0) items[i].fail("0, as a layer is used once and has one output");
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

std::vector<std::string> read_inputs(const JsonReader& entry, const Node& node) {
  const auto calls = entry.at("inbound_nodes").items();
  if (calls.empty()) {
    if (!node.is_input) fail(node, "expected an input, found none");
    return {};
  }
  if (calls.size() > 1) {
    fail(node, fmt::format("expected one use of the layer, found {}: ntorc shares no weights", calls.size()));
  }
  const JsonReader labelled(calls[0].value(), node.label);
  auto from = calls[0].value().is_object() ? read_call_object(labelled) : read_call_list(labelled);
  if (from.empty()) fail(node, "expected an input, found none");
  if (node.is_input) fail(node, "expected no input of an input layer, found one");
  return from;
}

/// The layers of "input_layers" or "output_layers": [["x", 0, 0]], or ["x", 0, 0] where Keras 3 had no list.
std::vector<std::string> read_ends(const JsonReader& ends) {
  const auto items = ends.items();
  if (items.empty()) ends.fail("at least one layer");
  if (items[0].value().is_string()) return {read_tensor(ends)};
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const JsonReader& item : items) {
    names.push_back(read_tensor(item));
    if (!seen.insert(names.back()).second) item.fail("each layer once");
  }
  return names;
}

std::vector<Node> read_nodes(const JsonReader& config, std::string_view file) {
  std::vector<Node> nodes;
  for (const JsonReader& entry : config.at("layers").items()) {
    const std::string name = entry.at("config").at("name").text();
    const auto own = entry.find("name");
    if (own && own->text() != name) own->fail("the name in the layer's config");
    Node node{keras_label(entry, file), entry.at("class_name").text() == "InputLayer", {}, {}};
    node.from = read_inputs(entry, node);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

/// Of the layers that no order could reach, one whose input comes from its own output.
const Node& on_a_cycle(const std::vector<Node>& nodes, const std::vector<bool>& placed) {
  auto at = static_cast<std::size_t>(std::find(placed.begin(), placed.end(), false) - placed.begin());
  std::vector<bool> seen(nodes.size(), false);
  while (!seen[at]) {  // each of them reads another of them
    seen[at] = true;
    at = *std::find_if(nodes[at].sources.begin(), nodes[at].sources.end(), [&](std::size_t i) { return !placed[i]; });
  }
  return nodes[at];
}

/// Always the first in the file of those whose inputs are all there.
std::vector<std::size_t> topological_order(const std::vector<Node>& nodes) {
  std::vector<std::size_t> missing(nodes.size());
  std::vector<std::vector<std::size_t>> readers(nodes.size());
  std::set<std::size_t> ready;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    missing[i] = nodes[i].sources.size();
    for (const std::size_t source : nodes[i].sources) readers[source].push_back(i);
    if (missing[i] == 0) ready.insert(i);
  }
  std::vector<std::size_t> order;
  std::vector<bool> placed(nodes.size(), false);
  while (!ready.empty()) {
    const std::size_t next = *ready.begin();
    ready.erase(ready.begin());
    order.push_back(next);
    placed[next] = true;
    for (const std::size_t reader : readers[next]) {
      if (--missing[reader] == 0) ready.insert(reader);
    }
  }
  if (order.size() < nodes.size()) {
    fail(on_a_cycle(nodes, placed), "expected inputs that do not depend on its output, found a cycle");
  }
  return order;
}

void expect_none_apart(const std::vector<Node>& nodes, const std::vector<std::size_t>& order,
                       const std::vector<std::size_t>& ends) {
  std::vector<bool> used(nodes.size(), false);
  for (const std::size_t end : ends) used[end] = true;
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    if (!used[*at]) fail(nodes[*at], "expected a layer between the inputs and the outputs, found it apart");
    for (const std::size_t source : nodes[*at].sources) used[source] = true;
  }
}

}  // namespace

KerasGraph read_keras_graph(const JsonReader& config, std::string_view file) {
  std::vector<Node> nodes = read_nodes(config, file);
  std::map<std::string, std::size_t> index_of;
  const auto entries = config.at("layers").items();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!index_of.emplace(entries[i].at("config").at("name").text(), i).second) {
      fail(nodes[i], "expected a name of its own, found a second such layer");
    }
  }
  const auto find = [&](const std::string& name, const std::string& place) {
    const auto found = index_of.find(name);
    if (found != index_of.end()) return found->second;
    throw ParseError(fmt::format("{}: expected a layer of the model, found \"{}\"", place, name));
  };
  for (Node& node : nodes) {
    for (const std::string& from : node.from) node.sources.push_back(find(from, node.label));
  }
  const std::vector<std::size_t> order = topological_order(nodes);

  std::set<std::size_t> inputs;
  for (const std::string& name : read_ends(config.at("input_layers"))) {
    inputs.insert(find(name, fmt::format("{}: input_layers", file)));
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].is_input == inputs.contains(i)) continue;
    fail(nodes[i], nodes[i].is_input ? "expected it among the input_layers, found it not"
                                     : "expected an input layer among the input_layers, found another");
  }
  std::vector<std::size_t> ends;
  for (const std::string& name : read_ends(config.at("output_layers"))) {
    ends.push_back(find(name, fmt::format("{}: output_layers", file)));
    if (nodes[ends.back()].is_input) fail(nodes[ends.back()], "expected a layer between input and output, found none");
  }
  expect_none_apart(nodes, order, ends);

  std::vector<std::size_t> place(nodes.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  const auto places = [&](const std::vector<std::size_t>& in_file) {
    std::vector<std::size_t> in_order;
    for (const std::size_t i : in_file) in_order.push_back(place[i]);
    return in_order;
  };
  KerasGraph graph{order, {}, places(ends)};
  for (const std::size_t i : order) graph.inputs.push_back(places(nodes[i].sources));
  return graph;
}

}  // namespace ntorc::model
