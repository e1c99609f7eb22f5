//! Fits that renew themselves: what guests are worth, their groups, and what goes with what, once in a
//! while, where anything came since.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::id::BrandId;
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::engine::brands::Brand;
use crate::learn::value::clv::Economics;

use super::{Error, FitQuery};

/// When brands were fitted last, by this process, and up to where the log had come after it.
pub(in crate::engine) type Refits = HashMap<BrandId, (Timestamp, u64)>;

impl Engine {
    /// Fits anew, as by [`Engine::fit_guests`], each brand whose last fit is older than the settings say
    /// and of which the log has heard since; call it now and then, from a thread that may block. What
    /// cannot be fitted stays as it was, and is tried again when the time has passed once more. Returns
    /// how many were fitted.
    ///
    /// # Errors
    /// Where the store cannot be read or written; the others are fitted all the same at the next call.
    pub fn refit(&self) -> Result<usize, Error> {
        self.refit_after(self.options.refit)
    }

    /// The same, each brand whose last fit is older than this; zero: none.
    pub(in crate::engine) fn refit_after(&self, age: Duration) -> Result<usize, Error> {
        let mut fitted = 0;
        for brand in self.brands.all() {
            if !age.is_zero() && brand.serving().is_some() && self.is_refit_due(&brand, age) {
                let query = again(&brand);
                let found = self.fit_brand(&brand, &query);
                let after = (self.clock.now(), self.store.committed());
                self.refits.lock().insert(brand.id.clone(), after);
                let found = found?;
                fitted += 1;
                match &found.value {
                    Ok(fit) => {
                        tracing::info!(brand = %brand.id, guests = fit.guests, "fitted anew")
                    }
                    Err(error) => {
                        tracing::info!(brand = %brand.id, %error, "guests cannot be valued")
                    }
                }
            }
        }
        Ok(fitted)
    }

    fn is_refit_due(&self, brand: &Brand, age: Duration) -> bool {
        let tried = self.refits.lock().get(&brand.id).copied();
        let fitted = brand.fits.appraiser().map(|appraiser| appraiser.fit().until);
        let last = tried.map(|(at, _)| at).max(fitted);
        let is_old = last.is_none_or(|last| last.plus(age) <= self.clock.now());
        is_old && tried.is_none_or(|(_, through)| self.store.committed() > through)
    }
}

/// What was asked of the last fit.
fn again(brand: &Brand) -> FitQuery {
    let Some(appraiser) = brand.fits.appraiser() else { return FitQuery::default() };
    let fit = appraiser.fit();
    let [margin_share, commission_share, service_cost, contact_cost, discount] = fit.economics;
    let economics =
        Economics { margin_share, commission_share, service_cost, contact_cost, discount };
    FitQuery { months: fit.months, economics, clusters: None }
}
