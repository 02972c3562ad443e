// Tails and quantiles of the normal distribution and of Student's t.
#pragma once

namespace hitbench {

double normal_above(double z);     // P(Z > z)
double normal_quantile(double p);  // 0 < p < 1
double student_quantile(double p, int degrees_of_freedom);

}  // namespace hitbench
