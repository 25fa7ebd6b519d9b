"""The expected values of tests/tail/special.rs, in 200 digits (its zeta loses many of them): `pip install mpmath`, then run this file."""
from mpmath import mp, mpf, gammainc, zeta, exp, erfc, lerchphi

mp.dps = 200


def number(value):
    return repr(float(value))


print("hurwitz: s, q, zeta(s, q)")
for s, q in [("1.0001", 1), ("1.05", 7), ("1.5", 1), ("2.2726", 230), ("2.5", 1), ("2.5", 3), (4, 10), ("7.5", 2), (30, 1), (60, 1000), ("1.95", 100000)]:
    print(f"({number(mpf(s))}, {number(mpf(q))}, {number(zeta(mpf(s), mpf(q)))}),")

print("scaled_upper: a, z, Gamma(a, z) z^-a e^z")
for a, z in [("-1.5", "0.001"), ("-0.75", "0.9999"), ("-1", "0.01"), ("-2", "0.5"), (0, "1e-8"), (0, "0.3"), ("-1e-9", "0.2"), ("1e-7", "0.2"), ("-1.0000001", "1e-6"),
             ("0.5", "1e-4"), ("0.5", "0.7"), ("1", "0.2"), ("-1.27", "0.03"), ("-1.27", "1.0"), ("-1.27", 5), ("-49.3", "1e-8"), ("-49.3", 3), ("-0.5", 700), ("0.5", 1), ("0.9", 2)]:
    a, z = mpf(a), mpf(z)
    print(f"({number(a)}, {number(z)}, {number(gammainc(a, z) * z**-a * exp(z))}),")

print("scaled_erfc: u, e^u^2 erfc(u)")
for u in ["0", "1e-7", "0.3", "1", "5", "40", "1000"]:
    u = mpf(u)
    print(f"({number(u)}, {number(exp(u * u) * erfc(u))}),")

print("discrete truncated power law: alpha, lambda, x_min, sum over k >= x_min of k^-alpha e^(-lambda k), times x_min^alpha e^(lambda x_min)")
for a, l, x in [("1.5", "0.01", 1), ("2.2", "1e-6", 7), ("0.5", "0.3", 3), ("1.9", "3", 2), ("2.5", "0.0001", 100), ("0", "0.05", 4)]:
    a, l, x = mpf(a), mpf(l), mpf(x)
    print(f"({number(a)}, {number(l)}, {number(x)}, {number(mp.nsum(lambda k: ((x + k) / x)**-a * exp(-l * k), [0, mp.inf]) if l > mpf('0.001') else lerchphi(exp(-l), a, x) * x**a)}),")
