"""The book of features as plain data and arrays, as snapshots keep it between two runs of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import polars_type
from parcours.kernel.bits import WORD
from parcours.kernel.book import FeatureBook
from parcours.kernel.features import Feature
from parcours.kernel.rows import Int64s, Profiles, Rows, TextPool
from parcours.kernel.streams import Stream, StreamSpec
from parcours.kernel.whole import ENCODING
from parcours.language.tree_json import from_json, to_json, window_from_json

#: What the book is kept as between two runs of the program.
Part = Int64s | Profiles | NDArray[np.uint64] | pl.DataFrame


def dump(book: FeatureBook) -> tuple[dict[str, object], dict[str, Part]]:
    """The book as plain data and named arrays; :func:`load` reads them back."""
    streams = list(book.streams.values())
    places = {id(stream): place for place, stream in enumerate(streams)}
    parts: dict[str, Part] = {}
    for place, stream in enumerate(streams):
        rows = stream.rows
        parts[f"stream-{place}-profiles"], parts[f"stream-{place}-times"] = rows.profiles, rows.times
        if rows.values is not None:
            parts[f"stream-{place}-values"] = rows.values
    features = list(book.features.values())
    for place, feature in enumerate(features):
        for name, array in feature.aggregate.dump().items():
            parts[f"feature-{place}-{name}"] = array
    for place, (_, frame) in enumerate(book.attributes.dump().items()):
        parts[f"attribute-{place}"] = frame
    segments, words = book.been.whole()
    parts |= {f"been-{place}": word for place, word in enumerate(words)}
    texts, contents = _named(book)
    for place, frame in enumerate(book.pool.dump_contents(contents)):
        parts[f"contents-{place}"] = frame
    meta: dict[str, object] = {
        "room": book.room,
        "texts": book.pool.dump(texts),
        "attributes": list(book.attributes.dump()),
        "been": segments,
        "streams": [_spec_json(stream.spec) for stream in streams],
        "features": [
            {
                "stream": places[id(feature.stream)],
                "window": to_json(feature.window),
                "kind": feature.kind,
                "lo": feature.lo,
                "hi": feature.hi,
            }
            for feature in features
        ],
    }
    return meta, parts


def _named(book: FeatureBook) -> tuple[Int64s, dict[pl.DataType, Int64s]]:
    """The numbers of the texts, and by type of the contents, that rows name. What nobody's row names is not dumped:
    it may be what is left of somebody who was erased."""
    texts: list[Int64s] = [np.empty(0, np.int64)]
    contents: dict[pl.DataType, list[Int64s]] = {}
    for spec, stream in book.streams.items():
        if spec.encoding == "code":
            texts += stream.values()
        elif spec.encoding == ENCODING and spec.value is not None:
            contents.setdefault(polars_type(spec.value.type), []).extend(stream.values())
    return np.unique(np.concatenate(texts)), {
        dtype: np.unique(np.concatenate(some)) for dtype, some in contents.items()
    }


def load(book: FeatureBook, meta: Mapping[str, Any], parts: Mapping[str, Any]) -> None:
    """Take over into an empty book what :func:`dump` gave; rules must be required again after it."""
    room = meta["room"]
    book.pool = TextPool(meta["texts"])
    book.pool.load_contents([part for name, part in parts.items() if name.startswith("contents-")])
    book.attributes.resize(room)
    book.attributes.load({name: parts[f"attribute-{place}"] for place, name in enumerate(meta["attributes"])})
    words = [parts[f"been-{place}"] for place in range(-(-len(meta["been"]) // WORD))]
    book.been.take(meta["been"], words)
    book.been.resize(room)
    streams = [_stream(place, shape, parts) for place, shape in enumerate(meta["streams"])]
    features = [_feature(place, shape, streams, parts, book.pool) for place, shape in enumerate(meta["features"])]
    book.resume(room, streams, features)


def _stream(place: int, shape: Mapping[str, Any], parts: Mapping[str, Any]) -> Stream:
    spec = _spec_from_json(shape)
    values = parts[f"stream-{place}-values"] if spec.valued else None
    return Stream(spec, Rows(parts[f"stream-{place}-profiles"], parts[f"stream-{place}-times"], values))


def _feature(
    place: int, shape: Mapping[str, Any], streams: Sequence[Stream], parts: Mapping[str, Any], pool: TextPool
) -> Feature:
    window = window_from_json(shape["window"])
    feature = Feature(streams[shape["stream"]], window, shape["kind"], 0, pool)
    prefix = f"feature-{place}-"
    arrays = {name.removeprefix(prefix): part for name, part in parts.items() if name.startswith(prefix)}
    feature.resume(arrays, shape["lo"], shape["hi"])
    return feature


def _spec_json(spec: StreamSpec) -> dict[str, object]:
    return {
        "event": spec.event,
        "over": spec.over,
        "where": None if spec.where is None else to_json(spec.where),
        "value": None if spec.value is None else to_json(spec.value),
        "encoding": spec.encoding,
    }


def _spec_from_json(shape: Mapping[str, Any]) -> StreamSpec:
    return StreamSpec(
        shape["event"],
        None if shape["over"] is None else tuple(shape["over"]),
        None if shape["where"] is None else from_json(shape["where"]),
        None if shape["value"] is None else from_json(shape["value"]),
        shape["encoding"],
    )
