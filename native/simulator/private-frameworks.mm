#include "simulator/private-frameworks.h"

#import <Foundation/Foundation.h>
#include <dlfcn.h>

#include <cstdlib>

#include "native-error.h"
#include "simulator/framework-paths.h"
#include "simulator/objective-c.h"
#include "simulator/private-api.h"

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
		@selector(registerScreenCallbacksWithUUID:
									callbackQueue:frameCallback:surfacesChangedCallback:propertiesChangedCallback:)},
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

namespace {

OpenedLibrary Open(PrivateLibrary library, const char* name, const std::vector<std::string>& candidates) {
	OpenedLibrary opened{library, name, nullptr, ""};
	for (const std::string& path : candidates) {
		opened.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
		if (opened.handle != nullptr) {
			opened.detail = path;
			return opened;
		}
		const char* reason = dlerror();
		if (!opened.detail.empty()) opened.detail += "; ";
		opened.detail += path + ": " + (reason == nullptr ? "not opened" : reason);
	}
	return opened;
}

}  // namespace

PrivateFrameworks::PrivateFrameworks(const std::string& developer_dir)
	: libraries_{
		  Open(PrivateLibrary::kCoreSimulator, "CoreSimulator", CoreSimulatorPaths(developer_dir)),
		  Open(PrivateLibrary::kSimulatorKit, "SimulatorKit", SimulatorKitPaths(developer_dir)),
		  Open(PrivateLibrary::kIOKit, "IOKit", {"/System/Library/Frameworks/IOKit.framework/IOKit"}),
	  } {}

const OpenedLibrary& PrivateFrameworks::LibraryOf(PrivateLibrary library) const {
	for (const OpenedLibrary& opened : libraries_) {
		if (opened.library == library) return opened;
	}
	throw NativeError("invalid-argument", "The system's own library is not opened.");
}

void PrivateFrameworks::Require(PrivateLibrary library) const {
	const OpenedLibrary& opened = LibraryOf(library);
	if (opened.handle != nullptr) return;
	if (library == PrivateLibrary::kCoreSimulator) {
		throw NativeError("core-simulator-missing",
			"CoreSimulator could not be opened (" + opened.detail +
				"). Install Xcode and start it once, or run "
				"`sudo xcodebuild -runFirstLaunch`.");
	}
	throw NativeError("simulator-kit-missing",
		std::string(opened.name) + " could not be opened (" + opened.detail +
			"). Choose an Xcode with `sudo xcode-select -s`; a newer one may have it elsewhere.");
}

void* PrivateFrameworks::Find(PrivateSymbol symbol) const {
	const PrivateSymbolName& name = NameOf(symbol);
	if (name.library == PrivateLibrary::kSystem) return dlsym(RTLD_DEFAULT, name.name);
	void* handle = LibraryOf(name.library).handle;
	return handle == nullptr ? nullptr : dlsym(handle, name.name);
}

void* PrivateFrameworks::RequireAddress(PrivateSymbol symbol) const {
	const PrivateSymbolName& name = NameOf(symbol);
	if (name.library != PrivateLibrary::kSystem) Require(name.library);
	void* address = Find(symbol);
	if (address != nullptr) return address;
	throw NativeError("symbol-missing",
		std::string("The function ") + name.name +
			" does not exist here; this Xcode or macOS has other private functions than those that are known.");
}

Class PrivateFrameworks::Find(PrivateClass id) {
	const PrivateClassName& name = NameOf(id);
	for (const char* candidate : name.names) {
		if (candidate == nullptr) continue;
		if (Class found = objc_getClass(candidate); found != Nil) return found;
	}
	return Nil;
}

Class PrivateFrameworks::Require(PrivateClass id) {
	if (Class found = Find(id); found != Nil) return found;
	throw NativeError("class-missing",
		std::string("The class ") + NameOf(id).names[0] +
			" does not exist here; this Xcode has other private classes than those that are known.");
}

bool AnswersTo(id object, PrivateSelector selector) {
	const PrivateSelectorName& name = NameOf(selector);
	return Guarded("framework-exception", "asking for " + TextOf(name),
		[&] { return static_cast<bool>([object respondsToSelector:name.selector]); });
}

void RequireSelector(id object, PrivateSelector selector) {
	if (object != nil && AnswersTo(object, selector)) return;
	throw NativeError("selector-missing",
		"There is no " + TextOf(NameOf(selector)) +
			"; this Xcode has other private methods than those that are known.");
}

std::string TextOf(const PrivateSelectorName& name) {
	return std::string(NameOf(name.owner).names[0]) + (name.of_class ? " +" : " -") + sel_getName(name.selector);
}

}  // namespace porthole
