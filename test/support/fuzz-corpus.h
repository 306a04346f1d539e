// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FUZZ_CORPUS_H
#define MPTCP_FUZZ_CORPUS_H

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace mptcp::fuzz
{

/// One input of a fuzzer: from the committed corpus, or the reproducer of something it found.
struct CorpusFile
{
    std::string name;
    std::vector<uint8_t> bytes;
};

inline std::vector<CorpusFile>
ReadCorpus(const std::filesystem::path& folder)
{
    std::vector<CorpusFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
    {
        std::ifstream stream(entry.path(), std::ios::binary);
        files.push_back(
            {entry.path().filename().string(),
             {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()}});
    }
    return files;
}

} // namespace mptcp::fuzz

#endif // MPTCP_FUZZ_CORPUS_H
