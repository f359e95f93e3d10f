"""Vectors: runs of the model, played with dice, as one client lived through them.

    python -m tests.model.vectors --seed 101 --count 1 --into tests/fixtures/model

writes the fixed ones that `node --test tests/js/` replays by itself; `tests/model/test_vectors.py` makes fresh ones.
"""

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

Json = dict[str, Any]

STEP_COUNT = 150
ITS_SHARE = 0.8
OFTEN = {
    "crash": 0.15,
    "restore": 0.1,
    "reload": 0.1,
    "rest": 0.05,
    "post_often": 0.3,
    "compact": 1.5,
    "connect": 0.3,
    "disconnect": 0.5,
    "come_back": 0.5,
    "create_room": 2.0,
    "post": 4.0,
    "react": 4.0,
    "edit": 2.0,
    "mark_read": 3.0,
    "hear": 6.0,
    "hear_late": 3.0,
    "hear_twice": 2.0,
    "lose": 3.0,
}
ITS_OWN = {"hear", "hear_late", "hear_twice", "lose", "disconnect", "connect", "sync", "come_back", "reload"}
"""What happens to one client: mostly to the one that is recorded."""
SPREADS = (0, 1, 1, 1, 1, 2)
"""Most of what is done is broadcast, and left on its way."""
"""How often a step is taken, where not as often as the others; what begins anew hides what went wrong before."""


def record(new_world: Any, seed: int, *, step_count: int = STEP_COUNT) -> Json:
    """Play a run, and return what one of its clients was told."""
    from tests.model.world import STEPS

    chance = random.Random(seed)
    taped = seed % 4
    world = new_world(taped=taped)
    try:
        names = list(STEPS)
        weights = [OFTEN.get(name, 1.0) for name in names]
        for name in chance.choices(names, weights, k=step_count):
            numbers = {key: chance.randint(*reach) for key, reach in STEPS[name].items()}
            if name in ITS_OWN and chance.random() < ITS_SHARE:
                numbers["who"] = taped
            if "spread" in numbers:
                numbers["spread"] = chance.choice(SPREADS)
            getattr(world, name)(**numbers)
        world.rest()
        device = world.devices[taped]
        vector: Json = device.tape.vector(seed, device.fetch_everything())
        return vector
    finally:
        world.close()


def write(vector: Json, folder: Path) -> Path:
    """Write a vector, without spaces."""
    file = folder / f"vector-{vector['seed']}.json"
    file.write_text(json.dumps(vector, ensure_ascii=False, separators=(",", ":")) + "\n")
    return file


def main() -> None:
    """Write vectors into a folder."""
    import app  # noqa: F401 - patches the standard library first
    from chat import database
    from chat.config import Settings
    from tests.model.host import prepare_folder
    from tests.model.world import World

    parser = argparse.ArgumentParser(prog="python -m tests.model.vectors")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEP_COUNT)
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        settings = Settings(data=Path(made) / "migrated")
        database.prepare(settings)
        tokens = prepare_folder(Path(made) / "people", settings.database_file)
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            folder = Path(made) / f"world-{seed}"
            folder.mkdir()
            vector = record(
                lambda folder=folder, **more: World(folder, Path(made) / "people", tokens, **more),
                seed,
                step_count=arguments.steps,
            )
            sys.stdout.write(f"{write(vector, arguments.into)}\n")


if __name__ == "__main__":
    main()
