// A limit on the memory of this process against servers that lie about the length of a value.
#pragma once

namespace hitbench {

// libmemcached believes a server that says how long its value is, and takes what comes for as long as it comes. So this
// process gets no more memory than what it has when its clients connect, and some for all and for each of them. Beyond
// it the library's calls fail. Each client calls this once, when it connects.
void limit_memory_per_client();

}  // namespace hitbench
