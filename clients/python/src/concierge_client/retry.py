"""When to repeat a call: after how long, how often, and when to let it be."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import grpc

from .errors import CallError

_REPEATED = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)


@dataclass(frozen=True)
class RetryPolicy:
    """How a client repeats calls that failed with UNAVAILABLE or RESOURCE_EXHAUSTED.

    The n-th wait is drawn evenly between 0 and `initial_backoff * multiplier**(n-1)`, at most `max_backoff`
    (full jitter), on top of what the server asked for. No wait begins that would end after the deadline.
    """

    max_attempts: int = 4
    """Attempts in all, the first included; 1: never repeat."""
    initial_backoff: float = 0.05
    max_backoff: float = 2.0
    multiplier: float = 2.0
    budget: float = 10.0
    """Tokens of a client. A failure that could be repeated takes one, a success gives `budget_per_success`
    back; while half or less is left, nothing is repeated. So an outage is not made worse by repeats (gRPC
    proposal A6)."""
    budget_per_success: float = 0.1

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(f"max_attempts is {self.max_attempts}; give 1 or more")
        if min(self.initial_backoff, self.max_backoff, self.budget, self.budget_per_success) < 0:
            raise ValueError("waits and budgets are not negative")
        if self.multiplier < 1:
            raise ValueError(f"multiplier is {self.multiplier}; give 1 or more")


class RetryBudget:
    """The tokens of one client, shared by its threads."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._full = policy.budget
        self._gain = policy.budget_per_success
        self._left = policy.budget
        self._lock = threading.Lock()

    def succeeded(self) -> None:
        """A call was answered."""
        with self._lock:
            self._left = min(self._full, self._left + self._gain)

    def take(self) -> bool:
        """A call failed; True: it may be repeated."""
        with self._lock:
            self._left = max(0.0, self._left - 1.0)
            return self._left > self._full / 2


class Attempts:
    """One call over its attempts. The deadline is that of all of them together."""

    def __init__(
        self,
        policy: RetryPolicy,
        budget: RetryBudget,
        timeout: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        if not timeout > 0:
            raise ValueError(f"timeout is {timeout}; give seconds above 0")
        self._policy = policy
        self._budget = budget
        self._clock = clock
        self._draw = draw
        self._end = clock() + timeout
        self.count = 1

    def remaining(self) -> float:
        """Seconds until the deadline; 0: it is over."""
        return max(0.0, self._end - self._clock())

    def at_least_a_moment(self) -> float:
        """As `remaining`, but never 0: a call begun at the deadline fails at it."""
        return max(0.001, self.remaining())

    def succeeded(self) -> None:
        """The call was answered."""
        self._budget.succeeded()

    def wait_after(self, error: CallError, *, repeatable: bool) -> float | None:
        """Seconds to wait before the next attempt; None: give up."""
        error.attempts = self.count
        if error.code not in _REPEATED:
            return None
        # Failures count whether or not this call may be repeated.
        affordable = self._budget.take()
        if not (repeatable and error.may_repeat and affordable):
            return None
        return self.next_wait(error.retry_after or 0.0)

    def next_wait(self, at_least: float = 0.0) -> float | None:
        """Seconds to wait before another attempt; None: attempts or time are used up."""
        if self.count >= self._policy.max_attempts:
            return None
        backoff = self._policy.initial_backoff * self._policy.multiplier ** (self.count - 1)
        wait = at_least + self._draw() * min(backoff, self._policy.max_backoff)
        if wait >= self.remaining():
            return None
        self.count += 1
        return wait
