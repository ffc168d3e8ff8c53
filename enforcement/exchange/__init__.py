"""What desktop and relay say to each other: messages, numbered outcomes, limits, receipts, signed requests."""

from enforcement.exchange.limits import LIMITS, Limits
from enforcement.exchange.messages import (
    BlobState,
    BlobStates,
    Devices,
    DeviceSeen,
    DeviceStatus,
    Feed,
    FeedItem,
    Outcome,
    Outcomes,
    PostBundles,
    Problem,
    WantBlobs,
    read_status,
    sign_status,
)
from enforcement.exchange.receipt import (
    Growing,
    Receipt,
    TreeHead,
    check_receipt,
    check_tree_head,
    sign_receipt,
    sign_tree_head,
)
from enforcement.exchange.requests import SignedHeaders, check_request, sign_request
from enforcement.exchange.rounds import NO_DEVICES, Round, RoundAnswer, RoundItem

__all__ = [
    "LIMITS",
    "NO_DEVICES",
    "BlobState",
    "BlobStates",
    "DeviceSeen",
    "DeviceStatus",
    "Devices",
    "Feed",
    "FeedItem",
    "Growing",
    "Limits",
    "Outcome",
    "Outcomes",
    "PostBundles",
    "Problem",
    "Receipt",
    "Round",
    "RoundAnswer",
    "RoundItem",
    "SignedHeaders",
    "TreeHead",
    "WantBlobs",
    "check_receipt",
    "check_request",
    "check_tree_head",
    "read_status",
    "sign_receipt",
    "sign_request",
    "sign_status",
    "sign_tree_head",
]
