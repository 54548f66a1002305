#include "simulator-probe.h"

#import <Foundation/Foundation.h>

#include "encoder-probe.h"
#include "private-frameworks.h"
#include "private-names.h"

namespace porthole {

namespace {

const char* NameOfLibrary(PrivateLibrary library) {
	switch (library) {
		case PrivateLibrary::kCoreSimulator: return "CoreSimulator";
		case PrivateLibrary::kSimulatorKit: return "SimulatorKit";
		case PrivateLibrary::kIOKit: return "IOKit";
		case PrivateLibrary::kSystem: break;
	}
	return "the system's own libraries";
}

SimulatorProbe ProbeClass(const PrivateClassName& name) {
	Class found = PrivateFrameworks::Find(name.id);
	return {"class", name.names[0], found != Nil, found != Nil ? class_getName(found) : "no class of this name"};
}

SimulatorProbe ProbeSelector(const PrivateSelectorName& name) {
	Class owner = PrivateFrameworks::Find(name.owner);
	if (owner == Nil) return {"selector", TextOf(name), false, "its class is missing"};
	const Method method =
		name.of_class ? class_getClassMethod(owner, name.selector) : class_getInstanceMethod(owner, name.selector);
	return {"selector", TextOf(name), method != nullptr, method != nullptr ? "there" : "the class does not have it"};
}

SimulatorProbe ProbeSymbol(const PrivateFrameworks& frameworks, const PrivateSymbolName& name) {
	const bool found = frameworks.Find(name.id) != nullptr;
	return {"symbol", name.name, found, std::string(found ? "in " : "not in ") + NameOfLibrary(name.library)};
}

}  // namespace

std::vector<SimulatorProbe> ProbeSimulators(const std::string& developer_dir) {
	@autoreleasepool {
		const PrivateFrameworks frameworks(developer_dir);
		std::vector<SimulatorProbe> probes;
		for (const OpenedLibrary& library : frameworks.libraries()) {
			probes.push_back({"framework", library.name, library.handle != nullptr, library.detail});
		}
		// What is met as a proxy only has no class to look into; a screen that lacks something says so when it is opened.
		for (const PrivateClassName& name : PrivateClasses()) {
			if (name.has_class) probes.push_back(ProbeClass(name));
		}
		for (const PrivateSelectorName& name : PrivateSelectors()) {
			if (NameOf(name.owner).has_class) probes.push_back(ProbeSelector(name));
		}
		for (const PrivateSymbolName& name : PrivateSymbols()) probes.push_back(ProbeSymbol(frameworks, name));
		const EncoderProbe encoder = ProbeEncoder();
		probes.push_back({"encoder", "VideoToolbox", encoder.works, encoder.detail});
		return probes;
	}
}

}  // namespace porthole
