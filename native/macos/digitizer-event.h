#pragma once

#include <CoreFoundation/CoreFoundation.h>

#include <cstdint>

#include "cf-ref.h"
#include "private-frameworks.h"
#include "touch.h"

namespace porthole {

/// Makes IOHIDEvents of one finger: a digitizer event with the finger's own in it, as real screens send them. The
/// functions are in IOKit, but not in its headers; their types are those of Apple's published IOHIDFamily.
class DigitizerEvents {
public:
	/// Throws NativeError `symbol-missing`.
	explicit DigitizerEvents(const PrivateFrameworks& frameworks);

	/// `finger` is a number that stays from down to up. Null when the system made none.
	CfRef<CFTypeRef> Make(TouchPhase phase, const TouchPlace& place, std::uint32_t finger) const;

private:
	using CreateDigitizer = CFTypeRef (*)(CFAllocatorRef, std::uint64_t time, std::uint32_t transducer,
		std::uint32_t index, std::uint32_t identity, std::uint32_t event_mask, std::uint32_t button_mask, double x, double y,
		double z, double tip_pressure, double barrel_pressure, Boolean range, Boolean touch, std::uint32_t options);
	using CreateFinger = CFTypeRef (*)(CFAllocatorRef, std::uint64_t time, std::uint32_t index, std::uint32_t identity,
		std::uint32_t event_mask, double x, double y, double z, double tip_pressure, double twist, Boolean range,
		Boolean touch, std::uint32_t options);
	using Append = void (*)(CFTypeRef event, CFTypeRef child, std::uint32_t options);

	CreateDigitizer create_digitizer_;
	CreateFinger create_finger_;
	Append append_;
};

}  // namespace porthole
