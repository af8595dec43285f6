"""What ComfyUI finds wrong with a graph before it queues it, in its own shape."""

from __future__ import annotations

from typing import Any

_READ = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


def faults(prompt: dict[str, Any], kinds: dict[str, Any], has_video: Any) -> dict[str, Any] | None:
    """The body of a 400, or none. `has_video` tells which names the input folder has."""
    for name, node in prompt.items():
        if node.get("class_type") not in kinds:
            message = f"Cannot execute because node {node.get('class_type')} does not exist."
            return _body("invalid_prompt", message, f"Node ID '#{name}'", {})
    if not any(kinds[node["class_type"]]["output_node"] for node in prompt.values()):
        return _body("prompt_no_outputs", "Prompt has no outputs", "", {})
    errors: dict[str, Any] = {}
    for name, node in prompt.items():
        if found := list(_of_node(node, prompt, kinds, has_video)):
            errors[name] = {"errors": found, "dependent_outputs": ["writer"], "class_type": node["class_type"]}
    # An output that is in order is made, whatever is wrong with the others.
    outputs = [name for name, node in prompt.items() if kinds[node["class_type"]]["output_node"]]
    if errors and not any(_sound(name, prompt, errors) for name in outputs):
        return _body("prompt_outputs_failed_validation", "Prompt outputs failed validation", "", errors)
    return {"node_errors": errors} if errors else None


def _sound(name: str, prompt: dict[str, Any], errors: dict[str, Any]) -> bool:
    links = [value[0] for value in prompt[name]["inputs"].values() if isinstance(value, list)]
    return name not in errors and all(_sound(link, prompt, errors) for link in links)


def _of_node(node: dict[str, Any], prompt: dict[str, Any], kinds: dict[str, Any], has_video: Any) -> Any:
    told = kinds[node["class_type"]]["input"]
    for name, (kind, *more) in (told["required"] | told.get("optional", {})).items():
        about = more[0] if more else {}
        if name not in node["inputs"]:
            if name in told["required"]:
                yield _error("required_input_missing", "Required input is missing", name)
            continue
        value = node["inputs"][name]
        if isinstance(value, list):
            made = kinds[prompt[value[0]]["class_type"]]["output"][value[1]]
            if made != kind:
                details = f"{name}, received_type({made}) mismatch input_type({kind})"
                yield _error("return_type_mismatch", "Return type mismatch between linked nodes", details)
            continue
        if about.get("video_upload"):
            if not has_video(value):
                yield _error("custom_validation_failed", "Custom validation failed for node", f"{name} - {value}")
            continue
        options = kind if isinstance(kind, list) else about.get("options")
        if options is not None:
            if value not in options:
                yield _error("value_not_in_list", "Value not in list", f"{name}: '{value}' not in {options}")
            continue
        try:
            value = _READ[kind](value)
        except (KeyError, ValueError, TypeError) as error:
            yield _error("invalid_input_type", f"Failed to convert an input value to a {kind} value", str(error))
            continue
        if "min" in about and value < about["min"]:
            yield _error("value_smaller_than_min", f"Value {value} smaller than min of {about['min']}", name)
        if "max" in about and value > about["max"]:
            yield _error("value_bigger_than_max", f"Value {value} bigger than max of {about['max']}", name)


def _error(kind: str, message: str, details: str) -> dict[str, Any]:
    return {"type": kind, "message": message, "details": details, "extra_info": {}}


def _body(kind: str, message: str, details: str, errors: dict[str, Any]) -> dict[str, Any]:
    return {"error": _error(kind, message, details), "node_errors": errors}
