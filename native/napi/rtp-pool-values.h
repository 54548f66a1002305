#pragma once

#include <napi.h>


#include "rtp-pool.h"

namespace porthole {

// Values of `server/native/rtp-pool.ts`. Readers throw NativeError `invalid-argument` that names what was wrong.

/// The memory of a Uint8Array; good until JavaScript runs again.
Bytes BytesValue(const Napi::Value& value, const char* name);

/// A whole number of 32 bits without a sign.
std::uint32_t WordValue(const Napi::Value& value, const char* name);

StreamTerms TermsValue(const Napi::Object& options);
MasterKeys KeysValue(const Napi::Value& value);
Pace PaceValue(const Napi::Value& value);

Napi::Value CountersToJs(Napi::Env env, const SenderCounters& counters);
/// `{numbers, packets, addresses, dropped}`, or undefined when there is nothing.
Napi::Value EventsToJs(Napi::Env env, const PoolEventBatch& batch);

}  // namespace porthole
