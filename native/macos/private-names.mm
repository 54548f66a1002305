#include "private-names.h"

#include <cstdlib>

#include "private-api.h"

namespace porthole {

namespace {

constexpr PrivateClassName kClasses[] = {
	{PrivateClass::kServiceContext, {"SimServiceContext"}, true},
	{PrivateClass::kDeviceSet, {"SimDeviceSet"}, true},
	{PrivateClass::kDevice, {"SimDevice"}, true},
	{PrivateClass::kDeviceType, {"SimDeviceType"}, true},
	{PrivateClass::kRuntime, {"SimRuntime"}, true},
	{PrivateClass::kHidClient,
		{"_TtC12SimulatorKit24SimDeviceLegacyHIDClient", "SimulatorKit.SimDeviceLegacyHIDClient"}, true},
	{PrivateClass::kIo, {"SimDeviceIOClient"}, false},
	{PrivateClass::kIoPort, {"simulator's IO port"}, false},
	{PrivateClass::kScreen, {"screen's descriptor"}, false},
};

// The compiler checks each against private-api.h (-Wundeclared-selector).
const PrivateSelectorName kSelectors[] = {
	{PrivateSelector::kSharedContext, PrivateClass::kServiceContext, true,
		@selector(sharedServiceContextForDeveloperDir:error:)},
	{PrivateSelector::kDefaultDeviceSet, PrivateClass::kServiceContext, false, @selector(defaultDeviceSetWithError:)},
	{PrivateSelector::kDeviceSetWithPath, PrivateClass::kServiceContext, false, @selector(deviceSetWithPath:error:)},
	{PrivateSelector::kAvailableDevices, PrivateClass::kDeviceSet, false, @selector(availableDevices)},
	{PrivateSelector::kSetRegister, PrivateClass::kDeviceSet, false,
		@selector(registerNotificationHandlerOnQueue:handler:)},
	{PrivateSelector::kSetUnregister, PrivateClass::kDeviceSet, false, @selector(unregisterNotificationHandler:error:)},
	{PrivateSelector::kUdid, PrivateClass::kDevice, false, @selector(UDID)},
	{PrivateSelector::kDeviceName, PrivateClass::kDevice, false, @selector(name)},
	{PrivateSelector::kState, PrivateClass::kDevice, false, @selector(state)},
	{PrivateSelector::kRuntime, PrivateClass::kDevice, false, @selector(runtime)},
	{PrivateSelector::kDeviceType, PrivateClass::kDevice, false, @selector(deviceType)},
	{PrivateSelector::kIo, PrivateClass::kDevice, false, @selector(io)},
	{PrivateSelector::kBoot, PrivateClass::kDevice, false, @selector(bootWithOptions:error:)},
	{PrivateSelector::kShutdown, PrivateClass::kDevice, false, @selector(shutdownWithError:)},
	{PrivateSelector::kLookup, PrivateClass::kDevice, false, @selector(lookup:error:)},
	{PrivateSelector::kPostNotification, PrivateClass::kDevice, false, @selector(postDarwinNotification:error:)},
	{PrivateSelector::kDeviceRegister, PrivateClass::kDevice, false,
		@selector(registerNotificationHandlerOnQueue:handler:)},
	{PrivateSelector::kDeviceUnregister, PrivateClass::kDevice, false, @selector(unregisterNotificationHandler:error:)},
	{PrivateSelector::kTypeName, PrivateClass::kDeviceType, false, @selector(name)},
	{PrivateSelector::kTypeIdentifier, PrivateClass::kDeviceType, false, @selector(identifier)},
	{PrivateSelector::kTypeBundle, PrivateClass::kDeviceType, false, @selector(bundle)},
	{PrivateSelector::kScreenSize, PrivateClass::kDeviceType, false, @selector(mainScreenSize)},
	{PrivateSelector::kScreenScale, PrivateClass::kDeviceType, false, @selector(mainScreenScale)},
	{PrivateSelector::kRuntimeName, PrivateClass::kRuntime, false, @selector(name)},
	{PrivateSelector::kHidInit, PrivateClass::kHidClient, false, @selector(initWithDevice:error:)},
	{PrivateSelector::kHidSend, PrivateClass::kHidClient, false,
		@selector(sendWithMessage:freeWhenDone:completionQueue:completion:)},
	{PrivateSelector::kIoPorts, PrivateClass::kIo, false, @selector(ioPorts)},
	{PrivateSelector::kDeviceIoPorts, PrivateClass::kIo, false, @selector(deviceIOPorts)},
	{PrivateSelector::kUpdatePorts, PrivateClass::kIo, false, @selector(updateIOPorts)},
	{PrivateSelector::kPortIdentifier, PrivateClass::kIoPort, false, @selector(portIdentifier)},
	{PrivateSelector::kPortDescriptor, PrivateClass::kIoPort, false, @selector(descriptor)},
	{PrivateSelector::kSurface, PrivateClass::kScreen, false, @selector(framebufferSurface)},
	{PrivateSelector::kRegisterScreen, PrivateClass::kScreen, false,
		@selector(registerScreenCallbacksWithUUID:callbackQueue:frameCallback:surfacesChangedCallback:
			propertiesChangedCallback:)},
	{PrivateSelector::kUnregisterScreen, PrivateClass::kScreen, false, @selector(unregisterScreenCallbacksWithUUID:)},
	{PrivateSelector::kRegisterSurfaces, PrivateClass::kScreen, false,
		@selector(registerCallbackWithUUID:ioSurfacesChangeCallback:)},
	{PrivateSelector::kRegisterDamage, PrivateClass::kScreen, false,
		@selector(registerCallbackWithUUID:damageRectanglesCallback:)},
	{PrivateSelector::kUnregisterSurfaces, PrivateClass::kScreen, false,
		@selector(unregisterIOSurfacesChangeCallbackWithUUID:)},
	{PrivateSelector::kUnregisterDamage, PrivateClass::kScreen, false,
		@selector(unregisterDamageRectanglesCallbackWithUUID:)},
};

constexpr PrivateSymbolName kSymbols[] = {
	{PrivateSymbol::kMouseEvent, PrivateLibrary::kSimulatorKit, "IndigoHIDMessageForMouseNSEvent"},
	{PrivateSymbol::kTrackpadEvent, PrivateLibrary::kSimulatorKit, "IndigoHIDMessageForTrackpadEventFromHIDEventRef"},
	{PrivateSymbol::kButton, PrivateLibrary::kSimulatorKit, "IndigoHIDMessageForButton"},
	{PrivateSymbol::kHidArbitrary, PrivateLibrary::kSimulatorKit, "IndigoHIDMessageForHIDArbitrary"},
	{PrivateSymbol::kKeyboard, PrivateLibrary::kSimulatorKit, "IndigoHIDMessageForKeyboardArbitrary"},
	{PrivateSymbol::kCreatePointer, PrivateLibrary::kSimulatorKit, "IndigoHIDMessageToCreatePointerService"},
	{PrivateSymbol::kCreateMouse, PrivateLibrary::kSimulatorKit, "IndigoHIDMessageToCreateMouseService"},
	{PrivateSymbol::kRemovePointer, PrivateLibrary::kSimulatorKit, "IndigoHIDMessageToRemovePointerService"},
	{PrivateSymbol::kDigitizerEvent, PrivateLibrary::kIOKit, "IOHIDEventCreateDigitizerEvent"},
	{PrivateSymbol::kFingerEvent, PrivateLibrary::kIOKit, "IOHIDEventCreateDigitizerFingerEvent"},
	{PrivateSymbol::kAppendEvent, PrivateLibrary::kIOKit, "IOHIDEventAppendEvent"},
	{PrivateSymbol::kEndpointFromPort, PrivateLibrary::kSystem, "xpc_endpoint_create_mach_port_4sim"},
	{PrivateSymbol::kEnableSimToHost, PrivateLibrary::kSystem, "xpc_connection_enable_sim2host_4sim"},
};

template <typename Name, std::size_t size, typename Id>
const Name& Find(const Name (&names)[size], Id id) {
	for (const Name& name : names) {
		if (name.id == id) return name;
	}
	std::abort();
}

}  // namespace

std::span<const PrivateClassName> PrivateClasses() { return kClasses; }
std::span<const PrivateSelectorName> PrivateSelectors() { return kSelectors; }
std::span<const PrivateSymbolName> PrivateSymbols() { return kSymbols; }

const PrivateClassName& NameOf(PrivateClass id) { return Find(kClasses, id); }
const PrivateSelectorName& NameOf(PrivateSelector id) { return Find(kSelectors, id); }
const PrivateSymbolName& NameOf(PrivateSymbol id) { return Find(kSymbols, id); }

}  // namespace porthole
