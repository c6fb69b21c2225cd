"""Every number that judging depends on, in one value; each default stands with its unit and source where it is used."""

from dataclasses import dataclass, field

from liftcheck.analysis.segment import TrunkSettings
from liftcheck.lifts.exposure import ExposureSettings
from liftcheck.lifts.judging import LiftSettings
from liftcheck.lifts.warning import WarningSettings
from liftcheck.lifts.watch import WatchSettings
from liftcheck.trunk.calibrating import CalibratingSettings
from liftcheck.trunk.damage import DamageSettings
from liftcheck.trunk.gyro_watch import GyroSettings
from liftcheck.trunk.learning import LearningSettings
from liftcheck.trunk.lever import LeverSettings
from liftcheck.trunk.slip import SlipSettings
from liftcheck.trunk.stream import StreamSettings
from liftcheck.trunk.worn import WornSettings


@dataclass(frozen=True)
class Settings:
    """Every number that judging depends on; the defaults are what the documentation measures."""

    site: str = "mid-back"
    axes: str | None = None  # "up=-y,forward=+z" where the mounting is known
    height_m: float | None = None  # None: 1.73 m, said in `quality`
    damage: DamageSettings = field(default_factory=DamageSettings)
    gyro: GyroSettings = field(default_factory=GyroSettings)
    stream: StreamSettings = field(default_factory=StreamSettings)
    trunk: TrunkSettings = field(default_factory=TrunkSettings)
    learning: LearningSettings = field(default_factory=LearningSettings)
    calibrating: CalibratingSettings = field(default_factory=CalibratingSettings)
    lever: LeverSettings = field(default_factory=LeverSettings)
    slip: SlipSettings = field(default_factory=SlipSettings)
    worn: WornSettings = field(default_factory=WornSettings)
    watch: WatchSettings = field(default_factory=WatchSettings)
    lifts: LiftSettings = field(default_factory=LiftSettings)
    warning: WarningSettings = field(default_factory=WarningSettings)
    exposure: ExposureSettings = field(default_factory=ExposureSettings)
