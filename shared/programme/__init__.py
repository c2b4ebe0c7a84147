"""The rules and the vocabulary of the programme, pure: no clock, no network, no third-party library.

Every rule names its clause of the notice 吉科发专管〔2018〕76号; what the notice leaves open is a
parameter of `shared.programme.policy`.
"""
