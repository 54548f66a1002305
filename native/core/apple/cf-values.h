#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

#include "cf-ref.h"

namespace porthole {

CfRef<CFNumberRef> CfNumber(std::int32_t value);
CfRef<CFNumberRef> CfNumber(double value);

inline CFBooleanRef CfBoolean(bool value) { return value ? kCFBooleanTrue : kCFBooleanFalse; }

/// A dictionary that retains what is in it.
CfRef<CFDictionaryRef> CfDictionary(std::initializer_list<std::pair<CFStringRef, CFTypeRef>> entries);

/// The text of a string in UTF-8.
std::string CfText(CFStringRef text);

}  // namespace porthole
