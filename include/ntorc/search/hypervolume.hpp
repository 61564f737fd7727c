// ntorc/search/hypervolume.hpp - which points none other beats, and how much they beat together. All is minimised.
#pragma once

#include <cstddef>
#include <vector>

namespace ntorc::search {

/// Ascending indices of the points that no other dominates: none is at least as good everywhere and better somewhere.
/// Of equal points the first. Points with a coordinate that is not finite are passed over.
/// @throws InvalidArgument  if points differ in length.
std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& points);

/// The volume that lies between `points` and `reference`. O(n log n) in two dimensions; else exclusive volumes one
/// after the other [While, Bradstreet, Barone, IEEE Trans. Evol. Comput. 16(1), 2012: WFG], exponential at worst.
/// Points that are not below the reference in every coordinate add nothing.
/// @throws InvalidArgument  if a point has another length than `reference`, or `reference` is empty or not finite.
double hypervolume(const std::vector<std::vector<double>>& points, const std::vector<double>& reference);

}  // namespace ntorc::search
