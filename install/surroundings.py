"""What around Superwhite can lead it astray: variables, proxies, certificates; and which graphics card there is."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from install.driver import Ask, asked, find_cards
from install.finding import Finding
from install.hosts.machine import LINUX, MACOS, Machine, is_there, listed, read_some
from install.torch_build import DriverTooOld, flavour_for

_BUNDLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_AMD, _INTEL = "0x1002", "0x8086"


def variables(machine: Machine) -> Finding:
    """Variables of the environment by which hosts and their Pythons find the wrong things, or nothing."""
    wrong: list[str] = []
    environment = machine.environment
    for name in ("PYTHONPATH", "PYTHONHOME"):
        if environment.get(name):
            wrong.append(f"{name} is set to {environment[name]}: hosts started from here load modules from there")
    for name in (
        "FUSION_PYTHON3_HOME",
        "FUSION_Python3_Home",
        "PYTHON3HOME",
        "RESOLVE_SCRIPT_API",
        "RESOLVE_SCRIPT_LIB",
    ):
        value = environment.get(name)
        if value and not is_there(Path(value)):
            wrong.append(f"{name} points to {value}, which is not there")
    folder = environment.get("RESOLVE_SCRIPT_API")
    if folder and is_there(Path(folder)) and not is_there(Path(folder) / "Modules" / "DaVinciResolveScript.py"):
        wrong.append(f"RESOLVE_SCRIPT_API points to {folder}, which holds no Modules/DaVinciResolveScript.py")
    if wrong:
        return Finding("Environment", "note", "; ".join(wrong), "Unset or correct them, then start the host again.")
    return Finding("Environment", "ok", "nothing that leads astray")


def proxy(proxies: Mapping[str, str] | None = None) -> Finding:
    """The proxies that this system names; nothing is sent anywhere."""
    found = {scheme: address for scheme, address in (proxies or getproxies()).items() if scheme in ("http", "https")}
    if not found:
        return Finding("Proxy", "ok", "none")
    shown = {scheme: _without_password(address) for scheme, address in found.items()}
    told = ", ".join(f"{scheme} by {address}" for scheme, address in shown.items())
    wrong = [address for address in found.values() if urlsplit(_with_scheme(address)).scheme not in ("http", "https")]
    if wrong:
        return Finding(
            "Proxy",
            "fault",
            f"{told}: of a kind that cannot be used",
            "Enter an HTTP proxy in the settings, or in the system's.",
            shown,
        )
    return Finding("Proxy", "ok", told, "", shown)


def certificates(environment: Mapping[str, str]) -> Finding:
    """Whether a certificate store that the environment names can be used; else the system's own is."""
    given = {name: environment[name] for name in _BUNDLES if environment.get(name)}
    for name, value in given.items():
        remedy = f"Correct {name}, or unset it to use what this system trusts."
        path = Path(value)
        if not is_there(path):
            return Finding("TLS", "fault", f"{name} names {value}, which is not there", remedy, given)
        if path.is_file():
            try:
                ssl.create_default_context(cafile=value)
            except (OSError, ValueError):
                return Finding("TLS", "fault", f"{name} names {value}, which holds no certificates", remedy, given)
    if given:
        return Finding("TLS", "ok", ", ".join(f"{name} {value}" for name, value in given.items()), "", given)
    return Finding("TLS", "ok", "what this system trusts")


def graphics(machine: Machine, ask: Ask | None = None) -> Finding:
    """Cards by name, where that is cheap to know. The embedded lift needs none."""
    ask = ask or asked
    if cards := find_cards(ask):
        text = "; ".join(f"{card.name}, {card.memory}, driver {card.driver}" for card in cards)
        facts = {"name": cards[0].name, "memory": cards[0].memory, "driver": cards[0].driver}
        try:
            flavour_for(cards[0])
        except DriverTooOld as problem:
            return Finding("GPU", "note", f"{text}. {problem.sentence}", problem.remedy, facts)
        return Finding("GPU", "ok", text, "", facts)
    if machine.system == MACOS and (name := ask(["sysctl", "-n", "machdep.cpu.brand_string"]).strip()):
        return Finding("GPU", "ok", name, "", {"name": name})
    if machine.system == LINUX:
        version = read_some(machine.at("proc/driver/nvidia/version"), 1000)
        if version:
            remedy = "Restart this machine; if that does not help, install the driver again."
            return Finding("GPU", "note", "an NVIDIA card that does not answer", remedy)
        for device in listed(machine.at("sys/class/drm"), "card?/device"):
            vendor = {_AMD: "AMD", _INTEL: "Intel"}.get(read_some(device / "vendor", 100).strip())
            if vendor:
                name = read_some(device / "product_name", 200).strip() or vendor
                return Finding("GPU", "ok", name, "", {"name": name})
    return Finding("GPU", "ok", "none found, and none is needed for the embedded lift")


def _with_scheme(address: str) -> str:
    return address if "://" in address else f"http://{address}"


def _without_password(address: str) -> str:
    _, at, host = address.rpartition("@")
    return f"…@{host}" if at else address
