// The makers of trace readers: for registry.cc and tests only. They throw Error{usage} for a layout that they do not
// understand.
#pragma once

#include <memory>

#include "workload/trace/reader.h"

namespace hitbench {

std::unique_ptr<TraceReader> make_keys_reader(TraceInput input);
std::unique_ptr<TraceReader> make_compact_reader(TraceInput input);  // of the file that `name` is
std::unique_ptr<TraceReader> make_web_log_reader(TraceInput input);  // layout: a log format with $ or %
std::unique_ptr<TraceReader> make_json_reader(TraceInput input);     // layout: "time=ts,key=request.uri,..."
std::unique_ptr<TraceReader> make_csv_reader(TraceInput input);      // layout: "time=1,key=id,..."
std::unique_ptr<TraceReader> make_redis_monitor_reader(TraceInput input);
std::unique_ptr<TraceReader> make_memcached_watch_reader(TraceInput input);
std::unique_ptr<TraceReader> make_postgres_csv_reader(TraceInput input);
std::unique_ptr<TraceReader> make_postgres_json_reader(TraceInput input);
std::unique_ptr<TraceReader> make_postgres_text_reader(TraceInput input);
std::unique_ptr<TraceReader> make_klog_reader(TraceInput input);
std::unique_ptr<TraceReader> make_oracle_general_reader(TraceInput input);
std::unique_ptr<TraceReader> make_oracle_general_op_ns_reader(TraceInput input);
std::unique_ptr<TraceReader> make_twr_reader(TraceInput input);
std::unique_ptr<TraceReader> make_cache2k_reader(TraceInput input);
std::unique_ptr<TraceReader> make_corda_reader(TraceInput input);
std::unique_ptr<TraceReader> make_arc_reader(TraceInput input);
std::unique_ptr<TraceReader> make_lirs_reader(TraceInput input);

}  // namespace hitbench
