"""Which files make a set, where their authors publish them, and how each is known again.

Sizes and hashes are those that were published when this was written. A file is known by its SHA-256, or, where only
that was to be seen, by its name in git: the SHA-1 of the file, or of the pointer that stands for it in Git LFS, which
holds the SHA-256. So whatever a hub, a mirror or a colleague's drive gives is told from anything else.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    """`points` are its main points in our own words; the text is what counts, in the file `path` of `repo`."""

    name: str
    title: str
    version: str
    address: str
    repo: str
    path: str
    points: tuple[str, ...]


@dataclass(frozen=True)
class WeightFile:
    """A file of a repository, which takes the same place in a set's folder. `blob` is its name in git. `gated` ones
    are given to accounts that have accepted the authors' terms, as far as is known: the hub decides.
    """

    repo: str
    path: str
    size: int
    sha256: str = ""
    blob: str = ""
    revision: str = "main"
    gated: bool = False


@dataclass(frozen=True)
class WeightSet:
    """`title` says what it is needed for, in a word or two."""

    name: str
    title: str
    generation: str
    licence: Licence
    files: tuple[WeightFile, ...]

    @property
    def size(self) -> int:
        return sum(each.size for each in self.files)


LTX_2_LICENCE = Licence(
    name="ltx-2-community",
    title="LTX-2 Community License Agreement, of Lightricks Ltd.",
    version="2.x",
    address="https://github.com/Lightricks/LTX-2/blob/main/LICENSE.md",
    repo="Lightricks/LTX-2.3",
    path="LICENSE",
    points=(
        "Free of charge where your company, with all that it belongs to, takes in less than 10 million US dollars a "
        "year. From there on a paid licence is needed, except to try it without earning anything by it.",
        "Lightricks claims no rights in what you make with it; you answer for it.",
        "Some uses are forbidden (its Attachment A). Who passes the weights on passes these terms on too.",
        "Marks that say how a picture was made must stay; the law may want you to say that it was made by AI.",
    ),
)
"""Read at Lightricks/LTX-2, LICENSE of 11 August 2026."""

_BASE = "diffusers/LTX-2.3-Distilled-Diffusers"
_BASE_REVISION = "432e0d3c2d1769aaa4d295f9243f7062bf6b47ee"
_OFFICIAL = "Lightricks/LTX-2.3"
_HDR = "Lightricks/LTX-2.3-22b-IC-LoRA-HDR"
_HDR_REVISION = "577ab50f447358d00ba68ef204648dfe05646300"
_UNION = "Lightricks/LTX-2.3-22b-IC-LoRA-Union-Control"
_INPAINT = "Lightricks/LTX-2.3-22b-IC-LoRA-In-Outpainting"


def _of_base(*files: tuple[str, int, str]) -> tuple[WeightFile, ...]:
    """Names, sizes and names in git as EnviralDesign/LatentSlate-Engine pins that revision, in its file
    `ltx23-distilled-bf16.toml`.
    """
    return tuple(
        WeightFile(repo=_BASE, path=path, size=size, blob=blob, revision=_BASE_REVISION) for path, size, blob in files
    )


def _shards(folder: str, stem: str, shards: tuple[tuple[int, str], ...]) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (f"{folder}/{stem}-{number:05d}-of-{len(shards):05d}.safetensors", size, blob)
        for number, (size, blob) in enumerate(shards, start=1)
    )


HDR = WeightSet(
    name="ltx-2.3-hdr",
    title="HDR lift",
    generation="2.3",
    licence=LTX_2_LICENCE,
    files=(
        *_of_base(
            ("scheduler/scheduler_config.json", 489, "938a6e34f05952f1703e6f47709e4e73b16259d0"),
            ("audio_vae/config.json", 505, "08f6cdf9b9e01512d6a997d85ad11a4b47673744"),
            (
                "audio_vae/diffusion_pytorch_model.safetensors",
                106507972,
                "29e78729f390a3a618a77b19c5276d9f33ed983e",
            ),
            ("vae/config.json", 1480, "69ab87e8323db8c09b6d034387178441c05921b6"),
            ("vae/diffusion_pytorch_model.safetensors", 1452233194, "3859144d0c45361fc3aecd5979bd4f1da36f75fd"),
            ("transformer/config.json", 1317, "81d217160299a42787d0808ab0477448a1e761ba"),
            (
                "transformer/diffusion_pytorch_model.safetensors.index.json",
                455948,
                "a8e4ad5f59901513cea1d3a7e86053db6235d76c",
            ),
            *_shards(
                "transformer",
                "diffusion_pytorch_model",
                (
                    (4990709464, "5720bda63e36c388099f77ae88eda1d9e627ed5e"),
                    (4944487248, "86712eaab7587243b66adba7d593d461ed53d789"),
                    (4994661712, "fc930d13ba4caabb13886a372b64b2a496f8d9f6"),
                    (4927859352, "6ac10ab168e5866335702d1eacdfd6b6ce1e93a0"),
                    (4977604280, "b88bc5a0cb378e2c5bd07dc19a0871fe3f48c8e9"),
                    (4994844576, "99b49e2bf78fc0e15773946835b50107399ab6bf"),
                    (4994386864, "4d53ab38d158160ab948ebbfd7e94fdee6ae15c3"),
                    (3163094784, "51cd7cc8ab3880db5e6ad8fa2f70f746557c0cc6"),
                ),
            ),
        ),
        WeightFile(  # 1.0 has a defect (Lightricks/ComfyUI-LTXVideo#444); hash as nine repositories pin it
            repo=_OFFICIAL,
            path="ltx-2.3-spatial-upscaler-x2-1.1.safetensors",
            size=995743560,
            sha256="5f416311fa8172b65af67530758964708d29a317b830d689a51143b7f91913ed",
            revision="6f3520585aa27248020550da2f453aa0c572398c",
        ),
        WeightFile(  # both as six public repositories pin them
            repo=_HDR,
            path="ltx-2.3-22b-ic-lora-hdr-0.9.safetensors",
            size=327309312,
            sha256="c56bfa0f2e4461a8b2f318f494c61c5bf97f462f2220e31ece93ea7851ca871e",
            revision=_HDR_REVISION,
            gated=True,
        ),
        WeightFile(
            repo=_HDR,
            path="ltx-2.3-22b-ic-lora-hdr-scene-emb.safetensors",
            size=12583096,
            sha256="78bffa6049bae2649a4365ec8769db88052c21348d643e8fc1ce6d483d994c5b",
            revision=_HDR_REVISION,
            gated=True,
        ),
    ),
)

TEXT = WeightSet(
    name="ltx-2.3-text",
    title="prompts",
    generation="2.3",
    licence=LTX_2_LICENCE,
    files=_of_base(
        ("tokenizer/added_tokens.json", 35, "e17bde03d42feda32d1abfca6d3b598b9a020df7"),
        ("tokenizer/chat_template.jinja", 1532, "1117055ab8e8c90e1b200be00cddb78943616d9e"),
        ("tokenizer/special_tokens_map.json", 662, "1a6193244714d3d78be48666cb02cdbfac62ad86"),
        ("tokenizer/tokenizer.json", 33384568, "29401f984828a18bb09a6128d437c6766785eb66"),
        ("tokenizer/tokenizer.model", 4689074, "14f810a829755bae3fafd6f97096dbd2eac556bd"),
        ("tokenizer/tokenizer_config.json", 1155387, "ba114d514c9f82c551d8c98b7185da62e8a263f8"),
        ("connectors/config.json", 817, "c939b56b7112414cd864f4d2a5db7c0848b0c578"),
        (
            "connectors/diffusion_pytorch_model.safetensors.index.json",
            30629,
            "777aac3f995533ed007d65935e332dbef42aea71",
        ),
        *_shards(
            "connectors",
            "diffusion_pytorch_model",
            (
                (4999998520, "ead51b6f0d2b4c2b1715eecb0c89e985acc1ca0c"),
                (1344490576, "a1972843c92b20ee931a83e9e7be1dabf3e6176b"),
            ),
        ),
        ("text_encoder/config.json", 2960, "67136eafb0f7beb6219b410959c26e2e98e1126f"),
        ("text_encoder/generation_config.json", 168, "089bbddcd841f136687dd17281cfe0be2aa8ac03"),
        ("text_encoder/model.safetensors.index.json", 108642, "44d2c2e24f7ff034a21b545ace60900fd3bfb7f6"),
        *_shards(
            "text_encoder",
            "model",
            (
                (1685223128, "20f9d0141d629adfdb5591823e04674887255460"),
                (4987027384, "2b58429a63dc560c3f51f09c8a61d77451f30370"),
                (4844749824, "94a6bc2e94fbe8153051d1da91581491ae4e5dc0"),
                (4954909736, "004d9d8814dd95e01055d839ff5a2875f87489fa"),
                (4907664584, "7b39667b8de9dcc94bb21a0ddaf5baabc355f2b5"),
                (4954909792, "e6dee847e9dfbe2448905ec50e3f7997b6fb0236"),
                (4907664584, "245bd476e790387e7f2a1f82e6674905e22bf463"),
                (4954909792, "93c59850cd3fc636b26dd6e256e952a07e32087d"),
                (4907664584, "f14a1c3dbe4afe8dd6809cb5dd0b80730703b1ff"),
                (4954909792, "f33350dccde647eeca7e5bb413431889160cd049"),
                (2689808472, "fea648a2ed7bef632bc70e77598d6898fb2766c5"),
            ),
        ),
    ),
)

UNION_CONTROL = WeightSet(
    name="ltx-2.3-union-control",
    title="reference video",
    generation="2.3",
    licence=LTX_2_LICENCE,
    files=(
        WeightFile(  # named in Lightricks/LTX-2, MODELS-LTX-2.3.md; pinned by five public repositories
            repo=_UNION,
            path="ltx-2.3-22b-ic-lora-union-control-ref0.5.safetensors",
            size=654465352,
            sha256="a1b888a87f661d27f08b394ae559e8e1050be33900bcc36a5cdf659e48f88d18",
            revision="b4d1c4d8c9e544e9bbbd6811bb4363708b6093ff",
        ),
    ),
)

INPAINT = WeightSet(
    name="ltx-2.3-inpaint",
    title="inpaint",
    generation="2.3",
    licence=LTX_2_LICENCE,
    files=(
        WeightFile(  # named in Lightricks/ComfyUI-LTXVideo's README; hash as five public repositories pin it
            repo=_INPAINT,
            path="ltx-2.3-22b-ic-lora-in-outpainting-0.9.safetensors",
            size=1308778338,
            sha256="73dd0841c0d4f0eb26fb1f017781b841b2752021944ac5ecefe57917f6dae6b5",
            revision="554060ba18950e5fd5e91e6a9ab2f55852fd05a4",
            gated=True,
        ),
    ),
)

SETS = {each.name: each for each in (HDR, TEXT, UNION_CONTROL, INPAINT)}
