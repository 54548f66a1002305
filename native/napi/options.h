#pragma once

#include <napi.h>

#include <cstdint>
#include <span>
#include <string>

#include "encode/encoder.h"
#include "encode/rendition.h"
#include "native-error.h"

namespace porthole {

/// `expected` as in "a number"; code `invalid-argument`.
NativeError InvalidArgument(const std::string& name, const std::string& expected);

// Readers of values from JavaScript. All throw NativeError `invalid-argument` that names what was wrong.

/// The first argument, which must be an object.
Napi::Object OptionsArgument(const Napi::CallbackInfo& info);

/// A string of at most `kMaxOptionLength` bytes.
std::string StringOption(const Napi::Object& options, const char* name);

/// The same of a value that is no option.
std::string TextValue(const Napi::Value& value, const char* name);

Napi::FunctionReference FunctionOption(const Napi::Object& options, const char* name);

/// A finite number within bounds.
double NumberValue(const Napi::Value& value, const char* name, double least, double most);

/// A whole number within bounds.
int IntegerValue(const Napi::Value& value, const char* name, int least, int most);

/// A whole number of 32 bits without a sign.
std::uint32_t WordValue(const Napi::Value& value, const char* name);

/// The memory of a Uint8Array; good until JavaScript runs again.
std::span<std::uint8_t> BytesValue(const Napi::Value& value, const char* name);

/// `{bitrate, frameRate}`.
Rate RateOption(const Napi::Object& options);

/// `"main"` or `"small"`.
Rendition RenditionValue(const Napi::Value& value);

/// `encoder`, looked up in the registry.
const EncoderKind& EncoderOption(const Napi::Object& options);

}  // namespace porthole
