#pragma once

#include <napi.h>

#include <string>

#include "encoder.h"
#include "rendition.h"

namespace porthole {

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

/// `{bitrate, frameRate}`.
Rate RateOption(const Napi::Object& options);

/// `"main"` or `"small"`.
Rendition RenditionValue(const Napi::Value& value);

/// `encoder`, looked up in the registry.
const EncoderKind& EncoderOption(const Napi::Object& options);

}  // namespace porthole
