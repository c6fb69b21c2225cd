"""The one pipeline of live, replay and batch: samples and events in, motion, lifts and warnings out."""

from liftcheck.analysis.analyzer import Analyzer
from liftcheck.analysis.passes import analyze
from liftcheck.analysis.settings import Settings
from liftcheck.analysis.update import StreamFacts, Update
from liftcheck.lifts.warning import EarlyWarning

__all__ = ["Analyzer", "EarlyWarning", "Settings", "StreamFacts", "Update", "analyze"]
