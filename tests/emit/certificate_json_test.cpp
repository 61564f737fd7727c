#include "ntorc/emit/certificate_json.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "emit/certificates.hpp"
#include "emit/golden.hpp"
#include "fixtures.hpp"
#include "ntorc/error.hpp"
#include "ntorc/version.hpp"

namespace ntorc::emit {
namespace {

TEST(CertificateJson, IsTheGoldenFile) {
  const test::Proven pair = test::proven_pair();
  EXPECT_EQ(certificate_json(pair.problem, pair.names, 0, pair.solution), test::golden("certificate.json"));
}

TEST(CertificateJson, NumbersWhatHasNoName) {
  const test::Proven pair = test::proven_pair();
  const auto json = nlohmann::json::parse(certificate_json(pair.problem, {{}, {}, {"a"}, {}}, 0, pair.solution));
  EXPECT_EQ(json["limits"]["name"], nlohmann::json({"limit_0"}));
  EXPECT_EQ(json["groups"]["name"], nlohmann::json({"a", "group_1"}));
  EXPECT_EQ(json["choices"]["name"], nlohmann::json({"choice_0", "choice_1", "choice_2", "choice_3"}));
}

TEST(CertificateJson, ClaimsNoMoreThanThatNothingIsLeft) {
  test::Proven pair = test::proven_pair();
  pair.problem.limits = {19};
  pair.solution = test::Enumeration(pair.problem).solve();
  const auto json = nlohmann::json::parse(certificate_json(pair.problem, {}, 0, pair.solution));
  EXPECT_EQ(json["claim"], nlohmann::json::parse(R"({"status": "infeasible"})"));
}

TEST(CertificateJson, RefusesWhatItCannotWrite) {
  test::Proven pair = test::proven_pair();
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { certificate_json(pair.problem, {}, 19, pair.solution); }),
            "decimals: expected 0..18, got 19");
  pair.solution.certificate.reset();
  pair.solution.status = mip::SolveStatus::Feasible;
  EXPECT_EQ(test::message_of<InvalidArgument>([&] { certificate_json(pair.problem, {}, 0, pair.solution); }),
            "certificate: expected a proof, but the answer, feasible, has none");
}

}  // namespace
}  // namespace ntorc::emit
