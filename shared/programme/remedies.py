"""What is open to whoever does not accept a decision: the organ of reconsideration and the court, and until when.

行政复议法 and 行政诉讼法; days, months, organ and court are the policy's.
"""

from __future__ import annotations

from shared.programme.policy import Policy


def remedies(policy: Policy, organ: str = "") -> str:
    """The remedies in the words of a decision; ``organ`` hears the reconsideration, else the policy's."""
    return (
        f"如不服本决定，可自收到本决定之日起{policy.reconsideration_days}日内依法向"
        f"{organ or policy.reconsideration_organ.zh}申请行政复议，"
        f"也可在{policy.litigation_months}个月内依法向{policy.litigation_court.zh}提起行政诉讼。"
    )


def remedies_en(policy: Policy, organ: str = "") -> str:
    """The remedies in English."""
    return (
        f"If you do not accept this decision, you may apply to {organ or policy.reconsideration_organ.en} for "
        f"administrative reconsideration within {policy.reconsideration_days} days of receiving it, or bring an action "
        f"before {policy.litigation_court.en} within {policy.litigation_months} months."
    )
