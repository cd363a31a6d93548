# make          build release               make check     test + lint: the gate
# make demo     set up, build, upscale      make bench     speed against the machine's peak
# make test     set up, all tests           make quality   what the weights reach (needs the evaluation sets)
# make lint     format lint, no warnings    make golden    make the golden data again (PyTorch)
# make format   format the sources          make install   PREFIX=/usr/local: binary, weights, man page, completions
# make fuzz     SECONDS=60 a target: foreign bytes under sanitizers (corpora grow in .build/fuzz)
# make integration                          folders under GNU parallel and Slurm, and 5,000 pictures (skips what is missing)
# make clean    remove what was built       make uninstall PREFIX=/usr/local
# make bench-peers                          msrn and other engines in turn (Python, 15 GB; not part of CI)
# make bench-peers-networks                 the same for the classification networks
PREFIX ?= /usr/local
BIN := .build/release/msrn
export MSRN_WARNINGS_AS_ERRORS = 1

build: deps
	swift build -c release --product msrn

help:
	@sed -n '/^# /!q;s/^# //p' Makefile

deps:
	@sh Tests/Setup/dependencies.sh

demo: build
	$(BIN) upscale samples/parrots.png samples/parrots-x4.png --scale 4 --force -v

test: deps
	swift build -c release --build-tests
	swift test -c release --skip-build
	sh Tests/Sanitize/run.sh
	sh Tests/Consumer/check.sh

lint:
	swift format lint --strict --recursive Package.swift Sources Tests
	@if command -v python3 >/dev/null; then \
		python3 Sources/CMSRNKernels/Generate/winograd.py | cmp - Sources/CMSRNKernels/winograd_forms.h; \
	else echo "SKIPPED: no python3 to compare winograd_forms.h with its generator"; fi

check: test lint

format:
	swift format --in-place --recursive Package.swift Sources Tests

bench: build
	$(BIN) bench kernels
	$(BIN) bench model --scaling
	$(BIN) bench start

MEASURE = "$${MSRN_PEERS_HOME:-$$HOME/.cache/msrn-peers}/venv/bin/python" Tests/Peers/measure.py

# The table in the README is this command's.
bench-peers: build
	sh Tests/Peers/setup.sh
	$(MEASURE) --table README.md

# The tables in Tests/Peers/NETWORKS.md are this command's.
bench-peers-networks: build
	sh Tests/Peers/setup.sh
	$(MEASURE) --cases networks --discard --table Tests/Peers/NETWORKS.md

SECONDS ?= 60
fuzz: deps
	sh Tests/Fuzz/run.sh $(SECONDS)

integration: build
	sh Tests/Integration/run.sh

quality: deps
	swift build -c release --build-tests
	MSRN_QUALITY=1 swift test -c release --skip-build --filter "QualityTests|PrecisionTests|CIFARTestSetTests|MemoryTests"

# Needs Python with torch and safetensors.
golden:
	cd Tests/Golden && python3 make.py && python3 layers.py && python3 classification.py && python3 family.py && python3 chop.py

# The binary holds Swift's libraries; beside it only libpng, libjpeg and the system's C and C++ libraries are needed.
install: deps
	swift build -c release --scratch-path .build-install --static-swift-stdlib --product msrn
	swift package -c release --allow-writing-to-package-directory generate-manual
	sh Tests/Setup/install.sh "$(DESTDIR)$(PREFIX)" .build-install/release/msrn \
		.build/plugins/GenerateManual/outputs/MSRNCommand/msrn.1

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/msrn" "$(DESTDIR)$(PREFIX)/share/man/man1/msrn.1" \
		"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/msrn" \
		"$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_msrn" \
		"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/msrn.fish"
	rm -rf "$(DESTDIR)$(PREFIX)/share/msrn"

clean:
	rm -rf .build .build-install Tests/Consumer/.build

.PHONY: build help deps demo test lint check format bench bench-peers bench-peers-networks fuzz integration quality golden install uninstall clean
