//! Rows shared out among threads, with the same result for any number of them.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

/// Runs `work` on every chunk of `chunk` elements of `data` (the last may be shorter), on up to
/// `threads` threads. `work` gets the thread's own scratch space, the chunk's number and the chunk.
///
/// Which thread gets which chunk is up to the scheduler; the result does not depend on it where
/// `work` depends on nothing but its chunk's number and what it shares with all others.
pub fn for_each_chunk<T: Send, S>(
    threads: NonZeroUsize,
    data: &mut [T],
    chunk: usize,
    scratch: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize, &mut [T]) + Sync,
) {
    let chunk = chunk.max(1);
    let count = data.len().div_ceil(chunk);
    let queue = Mutex::new(data.chunks_mut(chunk).enumerate());
    let run = || {
        let mut scratch = scratch();
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((number, rows)) = next else { break };
            work(&mut scratch, number, rows);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.get().min(count) {
            scope.spawn(run);
        }
        run();
    });
}

/// As many threads as the machine runs at once; 1 where it does not say.
pub fn threads_available() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use std::sync::Condvar;
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_chunk_is_worked_on_once_whatever_the_number_of_threads() {
        for threads in [1, 2, 5] {
            let mut data = vec![0_usize; 103];
            for_each_chunk(
                NonZeroUsize::new(threads).unwrap(),
                &mut data,
                10,
                || 1,
                |one, number, rows| rows.iter_mut().for_each(|x| *x += *one + number),
            );
            let wanted: Vec<usize> = (0..103).map(|at| at / 10 + 1).collect();
            assert_eq!(data, wanted, "{threads} threads");
        }
        for_each_chunk(NonZeroUsize::MIN, &mut [0; 0], 0, || (), |(), _, _| unreachable!());
    }

    /// Each of two chunks waits for the other to begin.
    #[test]
    fn two_threads_work_at_once() {
        let (begun, news) = (Mutex::new(0), Condvar::new());
        for_each_chunk(
            NonZeroUsize::new(2).unwrap(),
            &mut [0; 2],
            1,
            || (),
            |(), _, _| {
                let mut begun = begun.lock().unwrap();
                *begun += 1;
                news.notify_all();
                let patience = Duration::from_secs(10);
                let (_begun, waited) =
                    news.wait_timeout_while(begun, patience, |n| *n < 2).unwrap();
                assert!(!waited.timed_out(), "one chunk after the other");
            },
        );
    }
}
