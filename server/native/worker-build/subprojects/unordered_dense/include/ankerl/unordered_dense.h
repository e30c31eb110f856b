// The names of ankerl::unordered_dense that the worker uses, on the standard containers. They promise more than the
// original does (iterators and references survive other elements' changes), so every correct use stays correct.
#pragma once
#include <span> // the original includes it, and worker headers rely on that
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	template<class Key>
	using hash = std::hash<Key>;

	template<class Key, class Value, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<class Key, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense
