"""Evaluates a binding.gyp as gyp does on a system and prints its targets as JSON; nothing is written.

gyp-targets.py GYP_FOLDER BINDING_GYP mac|linux, where GYP_FOLDER is node-gyp's own copy of gyp.
"""

import json
import os
import sys
import types

gyp_folder, binding, system = sys.argv[1:]
sys.path.insert(0, os.path.join(gyp_folder, "pylib"))

import gyp  # noqa: E402

folder, name = os.path.split(os.path.abspath(binding))
os.chdir(folder)
variables = {"OS": system, "target_arch": "arm64", "host_arch": "arm64"}
# node-gyp's own settings come from this include; the targets' own are wanted here, which need a type to be read.
include = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gyp-types.gypi")
options = types.SimpleNamespace(generator_output=None, toplevel_dir=".", suffix="", depth=".")
data = gyp.Load(
    [name],
    "gypd",
    default_variables=variables,
    includes=[include],
    depth=".",
    params={"options": options, "parallel": False, "root_targets": None},
    circular_check=False,
)[3]
json.dump({target["target_name"]: target for target in data[name]["targets"]}, sys.stdout)
