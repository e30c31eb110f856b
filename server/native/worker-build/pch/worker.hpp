// Precompiled once for all of the worker's sources, which spend more than half of their compile time on these headers.
#pragma once
#include "common.hpp"
#include <chrono>
#include <cstring>
#include <deque>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>
#include <uv.h>
#include <ankerl/unordered_dense.h>
#include "FBS/notification.h"
#include "FBS/request.h"
#include "FBS/response.h"
#include "FBS/transport.h"
#include "Logger.hpp"
