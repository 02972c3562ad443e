// Tails and quantiles of the normal distribution and of Student's t.
#pragma once

namespace hitbench {

double normal_above(double z);     // P(Z > z)
double normal_quantile(double p);  // 0 < p < 1
// Within 1 % from 5 degrees of freedom on, within 0.1 % from 9 on.
double student_quantile(double p, double degrees_of_freedom);

}  // namespace hitbench
